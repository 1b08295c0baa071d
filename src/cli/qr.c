/* SPDX-License-Identifier: Apache-2.0 */
/* qr.c: see qr.h. */
#include "qr.h"

#include <errno.h>

#include <qrencode.h>

enum {
	TEXT_MAX = 2953, /* ISO/IEC 18004, table 7: version 40, level L, bytes */
	MARGIN = 4       /* modules around it: ISO/IEC 18004, section 9.1 */
};

/* Black on white, and back. */
#define ON_WHITE "\033[30;107m"
#define AS_BEFORE "\033[0m"

/* Outside all is light. */
static bool is_dark(const QRcode *code, int row, int column) {
	return row >= 0 && row < code->width && column >= 0 && column < code->width &&
			(code->data[row * code->width + column] & 1) != 0;
}

static void draw(FILE *out, const QRcode *code, bool terminal) {
	static const char *const halves[2][2] = {
			{" ", "\xe2\x96\x84"}, {"\xe2\x96\x80", "\xe2\x96\x88"}};
	for (int row = -MARGIN; row < code->width + MARGIN; row += 2) {
		(void)fputs(terminal ? ON_WHITE : "", out);
		for (int column = -MARGIN; column < code->width + MARGIN; column++)
			(void)fputs(halves[is_dark(code, row, column)]
					  [is_dark(code, row + 1, column)],
					out);
		(void)fputs(terminal ? AS_BEFORE "\n" : "\n", out);
	}
}

ent_status qr_draw(FILE *out, const char *text, size_t length, unsigned columns, bool terminal,
		struct ent_fault *fault) {
	if (length == 0 || length > TEXT_MAX) {
		ent_fault_set(fault, "", "the text is too long for a QR code");
		return ENT_E_LIMIT;
	}
	QRcode *code = QRcode_encodeData((int)length, (const unsigned char *)text, 0, QR_ECLEVEL_L);
	if (code == NULL) {
		const bool too_long = errno == ERANGE;
		ent_fault_set(fault, "", "%s",
				too_long ? "the text is too long for a QR code" : "out of memory");
		return too_long ? ENT_E_LIMIT : ENT_E_MEMORY;
	}
	const unsigned width = (unsigned)code->width + 2 * MARGIN;
	if (columns != 0 && width > columns) {
		ent_fault_set(fault, "",
				"the QR code needs %u columns, the terminal has %u: make it wider, "
				"or "
				"its letters smaller",
				width, columns);
		QRcode_free(code);
		return ENT_E_LIMIT;
	}
	draw(out, code, terminal);
	QRcode_free(code);
	return ENT_OK;
}
