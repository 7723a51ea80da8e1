/* SPDX-License-Identifier: MIT */
#include "core/base/library.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

int knee_library_load(void *functions, const struct knee_library *library, const char *what,
                      struct knee_err *err)
{
    char why[201] = "";
    void *handle = NULL;
    const char *const *file = library->files;
    while (!(handle = dlopen(*file, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE))) {
        if (!*why) /* of the usual name */
            snprintf(why, sizeof why, "%s", dlerror());
        if (!*++file)
            return knee_err_set(err, KNEE_FAILED, "%s: %s; %s", what, why, library->advice);
    }
    for (size_t i = 0; i < library->functions_count; i++) {
        void *function = dlsym(handle, library->functions[i].name);
        if (!function)
            return knee_err_set(err, KNEE_FAILED, "%s: %s lacks %s; install a newer one", what,
                                *file, library->functions[i].name);
        /* POSIX wants a function's address to fit into a void pointer; C has no cast for it. */
        memcpy((char *)functions + library->functions[i].at, &function, sizeof function);
    }
    return 0;
}
