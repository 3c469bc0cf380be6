//go:build ignore

// usage runs a program and writes what it used to a file: user time and system time in microseconds, and
// the peak memory in KiB, of the program and of the children that it waited for.
//
//	gcc -O2 -o usage usage.c && ./usage FILE PROGRAM ARGUMENT …
//
// Until a program's code begins, Linux counts the memory of its starter as the program's own. The driver
// holds more memory than some generators do, so it does not start them itself. This program does, and it
// holds little. (The first line keeps the Go toolchain from treating this file as a part of the package.)
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static void fail(const char *doing)
{
	perror(doing);
	exit(126);
}

static long microseconds(struct timeval t)
{
	return t.tv_sec * 1000000L + t.tv_usec;
}

int main(int argc, char **argv)
{
	if (argc < 3) {
		fprintf(stderr, "usage: %s FILE PROGRAM ARGUMENT ...\n", argv[0]);
		return 126;
	}
	pid_t child = fork();
	if (child < 0)
		fail("fork");
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL); // it ends with this program, which ends with the driver
		execvp(argv[2], argv + 2);
		fail(argv[2]);
	}
	int status;
	struct rusage used;
	while (wait4(child, &status, 0, &used) < 0)
		if (errno != EINTR)
			fail("wait4");
	FILE *out = fopen(argv[1], "w");
	if (out == NULL)
		fail(argv[1]);
	fprintf(out, "%ld %ld %ld\n", microseconds(used.ru_utime), microseconds(used.ru_stime), used.ru_maxrss);
	if (fclose(out) != 0)
		fail(argv[1]);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
