//go:build ignore

// A minimal server in C with one thread per connection and blocking sockets: the peer of Labbook's thread.
// (The first line keeps the Go toolchain from treating this file as a part of the package.)
//
//	gcc -O2 -pthread -o pthread pthread.c && ./pthread 45000
#include "answer.h"
#include <pthread.h>
#include <stdint.h>

// Enough for one request and a few calls. The default of 8 MB would only be reserved, not used, but
// reserving it takes time.
enum { STACK = 64 * 1024 };

// serve handles one connection from its first byte to its last. The thread ends with it.
static void *serve(void *argument)
{
	int fd = (intptr_t)argument;
	char buffer[MAX_REQUEST];
	size_t size = 0;
	no_delay(fd);
	for (;;) {
		ssize_t n = recv(fd, buffer + size, sizeof buffer - size, 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		ssize_t rest = answer_all(fd, buffer, size + n);
		if (rest < 0)
			break;
		size = rest;
	}
	close(fd);
	return NULL;
}

int main(int argc, char **argv)
{
	int listener = listen_on(argc, argv);
	pthread_attr_t attributes;
	pthread_attr_init(&attributes);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&attributes, STACK);
	for (;;) {
		int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
		if (fd < 0 && passes(errno))
			continue;
		if (fd < 0)
			fail("accept");
		pthread_t thread;
		errno = pthread_create(&thread, &attributes, serve, (void *)(intptr_t)fd);
		if (errno != 0)
			fail("pthread_create");
	}
}
