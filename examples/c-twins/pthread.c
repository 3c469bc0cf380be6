// A server with one thread per connection and blocking sockets: what Labbook's model thread is, without
// the Go runtime.
//
//	cc -std=gnu11 -O2 -pthread -o pthread pthread.c && ./pthread 45000
#include "http.h"
#include <semaphore.h>
#include <stdatomic.h>
#include <stdint.h>

// Enough for one request and a few calls. The default of 8 MB would only be reserved, not used, but
// reserving it takes time.
enum { STACK = 64 * 1024 };

// room is how many further connections may be accepted.
static sem_t room;

// open_now tells which descriptors are connections, so that they can be ended when the server stops.
static atomic_bool open_now[MAX_DESCRIPTORS];

// converse reads requests and answers them until the connection ends.
static void converse(int fd)
{
	char buffer[MAX_REQUEST];
	size_t size = 0;
	unsigned begun = 0; // when the incomplete request in the buffer began
	for (;;) {
		ssize_t n = recv(fd, buffer + size, sizeof buffer - size, 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return; // the client has ended, or it was idle for too long
		ssize_t rest = answer_all(fd, buffer, size + n);
		if (rest < 0)
			return;
		if (rest == 0) {
			size = 0;
			continue;
		}
		if (size == 0 || rest != (ssize_t)size + n)
			begun = seconds();
		else if (seconds() - begun > REQUEST_SECONDS)
			return;
		size = rest;
	}
}

// serve handles one connection from its first byte to its last. The thread ends with it.
static void *serve(void *argument)
{
	int fd = (intptr_t)argument;
	atomic_store_explicit(&open_now[fd], true, memory_order_relaxed);
	converse(fd);
	atomic_store_explicit(&open_now[fd], false, memory_order_relaxed);
	close(fd);
	sem_post(&room);
	return NULL;
}

// pause_briefly waits until the system may have room again.
static void pause_briefly(void)
{
	nanosleep(&(struct timespec){.tv_nsec = 10 * 1000 * 1000}, NULL);
}

// accept_all accepts connections until the server stops, and starts a thread for each.
static void accept_all(const pthread_attr_t *attributes)
{
	while (!stopping) {
		if (sem_trywait(&room) < 0) {
			pause_briefly(); // the other connections wait in the kernel's queue
			continue;
		}
		int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
		int error = errno;
		if (fd >= MAX_DESCRIPTORS) {
			close(fd);
			fd = -1, error = EMFILE;
		}
		pthread_t thread;
		if (fd >= 0 && pthread_create(&thread, attributes, serve, (void *)(intptr_t)fd) == 0)
			continue;
		if (fd >= 0) { // there is no room for a further thread
			close(fd);
			error = EMFILE;
		}
		sem_post(&room);
		if (stopping)
			return;
		if (full(error))
			pause_briefly();
		else if (!passes(error))
			fail("accept");
	}
}

// finish gives requests in progress their time. Connections are not read any further, so those without a
// request end at once.
static void finish(void)
{
	for (int fd = 0; fd < MAX_DESCRIPTORS; fd++)
		if (atomic_load_explicit(&open_now[fd], memory_order_relaxed))
			shutdown(fd, SHUT_RD);
	struct timespec until;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += STOP_SECONDS;
	for (int ended = 0; ended < MAX_CONNECTIONS;) {
		if (sem_timedwait(&room, &until) == 0)
			ended++;
		else if (errno != EINTR)
			return;
	}
}

int main(int argc, char **argv)
{
	pthread_attr_t attributes;
	pthread_attr_init(&attributes);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&attributes, STACK);
	sem_init(&room, 0, MAX_CONNECTIONS);
	listen_on(argc, argv);
	accept_all(&attributes);
	finish();
}
