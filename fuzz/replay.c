/* SPDX-License-Identifier: Apache-2.0 */
/* replay.c: runs a fuzzer over files and the files of folders, without libFuzzer: for `make test`. */
#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>

#include "fuzz.h"

enum { SIZE_MAX_REPLAYED = 1 << 24, PATH_SIZE = 1024 };

static int replay_file(const char *path) {
	FILE *file = fopen(path, "rb");
	uint8_t *bytes = malloc(SIZE_MAX_REPLAYED);
	if (file == NULL || bytes == NULL) {
		(void)fprintf(stderr, "replay: %s cannot be read\n", path);
		exit(1);
	}
	size_t size = fread(bytes, 1, SIZE_MAX_REPLAYED, file);
	(void)fclose(file);
	/* An exact copy, so that a sanitizer sees a byte too far. */
	uint8_t *exact = realloc(bytes, size > 0 ? size : 1);
	(void)LLVMFuzzerTestOneInput(exact, size);
	free(exact);
	return 1;
}

static int replay(const char *path) {
	struct stat about;
	char inner[PATH_SIZE];
	int n = 0;
	if (stat(path, &about) != 0)
		return 0;
	if (!S_ISDIR(about.st_mode))
		return replay_file(path);
	DIR *folder = opendir(path);
	if (folder == NULL)
		return 0;
	for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
		(void)snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
		if (entry->d_name[0] != '.' && stat(inner, &about) == 0 && S_ISREG(about.st_mode))
			n += replay_file(inner);
	}
	(void)closedir(folder);
	return n;
}

int main(int argc, char **argv) {
	int n = 0;
	for (int i = 1; i < argc; i++)
		n += replay(argv[i]);
	(void)printf("replayed %d inputs\n", n);
	return n > 0 ? 0 : 1;
}
