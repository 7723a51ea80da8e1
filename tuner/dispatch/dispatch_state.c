/* SPDX-License-Identifier: MIT */
#include "tuner/dispatch/dispatch_state.h"

#include <errno.h>
#include <string.h>
#include <sys/resource.h>

#define OWN_MARGIN 1.05

void knee_dispatch_break(struct knee_dispatch *run, int code, const char *what, int error)
{
    if (!run->broken.code)
        knee_err_set(&run->broken, code, "%s: %s; %s go on with knee run --resume %.200s", what,
                     error == EPIPE ? "nobody reads it any more" : strerror(error),
                     error == EMFILE ? "raise ulimit -n, and"
                     : strcmp(what, KNEE_RUN_JOURNAL_FILE) == 0
                         ? "items whose end it does not tell will run again:"
                         : "the journal is complete:",
                     run->params.directory);
    if (run->phase != KNEE_RUN_ENDING)
        run->phase = KNEE_RUN_STOPPING;
    pthread_cond_signal(&run->changed);
}

void knee_dispatch_signal(struct knee_dispatch *run, uint32_t index, int signal_number)
{
    const struct knee_starter *starter = run->params.starter;
    if (starter)
        starter->signal(starter->context, index, signal_number);
    else
        knee_actor_signal(run->params.actor, index, signal_number);
}

void knee_dispatch_read_own(struct knee_dispatch *run)
{
    struct rusage own;
    if (getrusage(RUSAGE_SELF, &own) == 0)
        run->own_rss_bytes = OWN_MARGIN * 1024. * (double)own.ru_maxrss;
}
