#!/bin/sh
# SPDX-License-Identifier: MIT
# Thumbnails of photos, the largest first, so that no long one is left alone at the end.
#
#   examples/run-photos.sh [COUNT] [RUN OPTION...]     default: 60 pictures
#
# Needs ImageMagick's convert; without it, gzip stands in for the work. The pictures are made here,
# most of them small and some very large, as in a camera's folder.
set -eu
count=${1:-60}
[ $# -eq 0 ] || shift
knee=${KNEE:-knee}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
mkdir "$work/photos" "$work/small"
for i in $(seq "$count"); do
    size=$((40 + (i * i * 37) % 900))
    [ $((i % 10)) -ne 0 ] || size=$((size * 4))
    { printf 'P6 %d %d 255\n' "$size" 300; head -c $((size * 900)) /dev/urandom; } \
        >"$work/photos/$i.ppm"
done
if convert -size 1x1 xc:red "$work/try.jpg" 2>/dev/null; then
    find "$work/photos" -name '*.ppm' |
        "$knee" run --weight size "$@" -- convert {} -resize 25% "$work/small/{#}.jpg"
else
    find "$work/photos" -name '*.ppm' |
        "$knee" run --weight size --shell "$@" -- "gzip -9c {} >$work/small/{#}.gz"
fi
ls "$work/small" | wc -l
