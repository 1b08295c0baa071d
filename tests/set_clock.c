/* SPDX-License-Identifier: Apache-2.0 */
/*
 * set_clock.c: to be loaded before a program (LD_PRELOAD), whose clocks a test then sets: it adds two numbers of microseconds in
 * the file that ENTENTE_TEST_CLOCK names to CLOCK_REALTIME, and to CLOCK_BOOTTIME.
 */
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static _Atomic int64_t none[2];
static _Atomic int64_t *ahead_us = none;

__attribute__((constructor)) static void begin(void) {
	const char *path = getenv("ENTENTE_TEST_CLOCK");
	const int fd = path != NULL ? open(path, O_RDWR | O_CLOEXEC) : -1;
	void *mapped = fd >= 0 ? mmap(NULL, sizeof none, PROT_READ, MAP_SHARED, fd, 0) : MAP_FAILED;
	if (mapped == MAP_FAILED)
		abort();
	ahead_us = mapped;
	(void)close(fd);
}

int clock_gettime(clockid_t id, struct timespec *ret_time) {
	if (syscall(SYS_clock_gettime, id, ret_time) != 0)
		return -1;
	if (id != CLOCK_REALTIME && id != CLOCK_BOOTTIME)
		return 0;
	const int64_t us = atomic_load(&ahead_us[id == CLOCK_BOOTTIME]) + ret_time->tv_nsec / 1000;
	/* The parts of a second rounded down, before 0 too. */
	const int64_t s = us >= 0 ? us / 1000000 : -((999999 - us) / 1000000);
	ret_time->tv_sec += (time_t)s;
	ret_time->tv_nsec = (long)(us - s * 1000000) * 1000 + ret_time->tv_nsec % 1000;
	return 0;
}
