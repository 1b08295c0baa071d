/* SPDX-License-Identifier: Apache-2.0 */
/*
 * office_others.h: what stands below an office, for its tests: a post, peers and memoranda that say what a test wants. They
 * have the names of post.h, peers.h and memoranda.h, and take their place in the program.
 */
#ifndef ENTENTE_TESTS_OFFICE_OTHERS_H
#define ENTENTE_TESTS_OFFICE_OTHERS_H

#include "entente/memoranda.h"
#include "entente/peers.h"
#include "entente/post.h"

/* One peer, one memorandum. */
#define OTHERS_PEER "0123456789abcdef"
#define OTHERS_MEMORANDUM "aid-2026"
#define OTHERS_DISK_FULL "0000000000000001"
#define OTHERS_DISK_FILLS "0000000000000002"
/* Each so manyth time a party cannot be taken in: first behind two others, then behind none. */
#define OTHERS_AGAIN_FAILS 5
/* One more that is in the list, of which too much is to be shown. */
#define OTHERS_TOO_LARGE "too-large"
#define OTHERS_ALARM "a reason with \"quotes\" and \xd8\xb9\xd9\x84\xd9\x8a"
/* One that is no memorandum, as a member may have sealed it. */
#define OTHERS_DOCUMENT "{\"a\": 1}\n"
#define OTHERS_HASH "e8c628edc9968ef0c668f54e0ba2636b35503357eb1aca0ddc828aeace432f67"

struct ent_post {
	int64_t now_utc_us;
};
struct ent_peers {
	unsigned again;
};
struct ent_memoranda {
	int64_t now_utc_us;
	_Atomic uint64_t done; /* acts; the tag */
};

#endif
