#define _GNU_SOURCE
#include "CProcess.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __linux__
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

static int direct(posix_spawn_file_actions_t *actions, int source, int target, int null_flags) {
    if (source < 0) return posix_spawn_file_actions_addopen(actions, target, "/dev/null", null_flags, 0);
    // Also where source equals target: dup2 then clears close-on-exec (POSIX.1-2024, glibc since 2.29).
    return posix_spawn_file_actions_adddup2(actions, source, target);
}

int cprocess_spawn(
    pid_t *pid, const char *path, char *const argv[], char *const envp[], const char *working_directory,
    int input, int output, int error, int new_session) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
    if (new_session) flags |= POSIX_SPAWN_SETSID;

    int code = posix_spawn_file_actions_init(&actions);
    if (code != 0) return code;
    code = posix_spawnattr_init(&attributes);
    if (code != 0) {
        posix_spawn_file_actions_destroy(&actions);
        return code;
    }
    sigemptyset(&none);
    sigfillset(&all);
    if (code == 0) code = direct(&actions, input, 0, O_RDONLY);
    if (code == 0) code = direct(&actions, output, 1, O_WRONLY);
    if (code == 0) code = direct(&actions, error, 2, O_WRONLY);
    if (code == 0 && working_directory) code = posix_spawn_file_actions_addchdir_np(&actions, working_directory);
#ifdef __linux__
    if (code == 0) code = posix_spawn_file_actions_addclosefrom_np(&actions, 3);
#else
    flags |= POSIX_SPAWN_CLOEXEC_DEFAULT;
#endif
    if (code == 0) code = posix_spawnattr_setsigmask(&attributes, &none);
    if (code == 0) code = posix_spawnattr_setsigdefault(&attributes, &all);
    if (code == 0) code = posix_spawnattr_setflags(&attributes, flags);
    if (code == 0) code = posix_spawn(pid, path, &actions, &attributes, argv, envp);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return code;
}

static int convert(int result, const struct stat *from, struct cprocess_file_status *to) {
    if (result != 0) return errno;
    to->device = (uint64_t)from->st_dev;
    to->inode = (uint64_t)from->st_ino;
    to->size = (int64_t)from->st_size;
    to->mode = (uint32_t)from->st_mode;
    return 0;
}

int cprocess_file_status(const char *path, int follow_links, struct cprocess_file_status *status) {
    struct stat found;
    return convert(follow_links ? stat(path, &found) : lstat(path, &found), &found, status);
}

int cprocess_descriptor_status(int descriptor, struct cprocess_file_status *status) {
    struct stat found;
    return convert(fstat(descriptor, &found), &found, status);
}

#ifdef __linux__

int cprocess_become_subreaper(void) {
    return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0 ? 0 : errno;
}

int cprocess_unshare_mounts(void) {
    if (unshare(CLONE_NEWNS) != 0) return errno;
    // Without this, what we mount would also appear outside.
    return mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 ? 0 : errno;
}

int cprocess_pidfd_open(pid_t pid) {
    return (int)syscall(SYS_pidfd_open, pid, 0);
}

#else

int cprocess_become_subreaper(void) { return ENOSYS; }

int cprocess_unshare_mounts(void) { return ENOSYS; }

int cprocess_pidfd_open(pid_t pid) {
    (void)pid;
    errno = ENOSYS;
    return -1;
}

#endif
