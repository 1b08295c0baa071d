/* SPDX-License-Identifier: Apache-2.0 */
/* mailed.c: see mailed.h. */
#include "mailed.h"

void mailed_mend(char *text, size_t *length) {
	size_t kept = 0;
	for (size_t i = 0; i < *length; i++)
		if (text[i] != '\r')
			text[kept++] = text[i];
	while (kept > 1 && text[kept - 1] == '\n' && text[kept - 2] == '\n')
		kept--;
	if (kept > 0 && text[kept - 1] != '\n')
		text[kept++] = '\n';
	*length = kept;
}
