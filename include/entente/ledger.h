/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ledger.h: the Merkle tree over a ledger's entries, its proofs, and its signed checkpoints.
 * Depends on: base, seal, wire.
 *
 * An entry is a run of bytes; its leaf hash is SHA-256(0x00 || bytes), a node's is SHA-256(0x01 || left ||
 * right) (RFC 6962, section 2.1). Hashes are kept in tiles of 256 (C2SP tlog-tiles): tile (level, index)
 * holds the hashes of the perfect subtrees of 256^level entries from number index * 256 on.
 *
 * A checkpoint is a C2SP tlog-checkpoint in a C2SP signed note; keys are C2SP vkeys (signed-note:
 * Ed25519, type 0x01; cosignatures of tlog-cosignature: type 0x04, with a time).
 */
#ifndef ENTENTE_LEDGER_H
#define ENTENTE_LEDGER_H

#include "entente/base.h"
#include "entente/seal.h"

enum {
	ENT_TILE_WIDTH = 256,
	ENT_TILE_LEVELS = 6,       /* more than anybody writes */
	ENT_PROOF_HASHES_MAX = 64, /* of an inclusion proof; a consistency proof has one more */
	ENT_ORIGIN_SIZE = 256,     /* of an origin or the name of a key, with terminator */
	ENT_VKEY_SIZE = 320,       /* of a vkey as text, with terminator */
	ENT_VKEY_ID_SIZE = 9,      /* of its id: 8 hexadecimal digits, with terminator */
	ENT_NOTE_SIZE = 8192,      /* of a checkpoint that we sign, with terminator */
	/*
	 * Of a checkpoint that we read, its signatures too. At least 16 of them are to be taken, and those
	 * that we do not know may be of 5 kB each (signed-note, "Format").
	 */
	ENT_NOTE_READ_MAX = 128 * 1024,
	ENT_NOTE_SIGNATURES_MAX = 16
};

/* Entries of a tree that we grow or prove: one fewer than fills the last level's tile. */
#define ENT_TREE_SIZE_MAX ((UINT64_C(1) << 48) - 1)

void ent_ledger_leaf_hash(const void *bytes, size_t size, struct ent_hash *ret_hash);
void ent_ledger_node_hash(const struct ent_hash *left, const struct ent_hash *right,
		struct ent_hash *ret_hash);

/* --- The tree that grows --- */

/* Takes a tile that has just become full: 'hashes' are ENT_TILE_WIDTH, borrowed. */
typedef ent_status (*ent_tile_full_fn)(
		void *user, unsigned level, uint64_t index, const struct ent_hash *hashes);

/*
 * Gives the first 'width' (1..256) hashes of a tile. Full tiles are asked for as they were handed out;
 * others with just as many hashes as the tree has there. E_MISSING, E_IO, E_MEMORY.
 */
typedef ent_status (*ent_tile_read_fn)(void *user, unsigned level, uint64_t index, unsigned width,
		struct ent_hash *ret_hashes);

/* A plain value of about 50 KB, to be copied when a batch is tried out; its fields are the module's own. */
struct ent_tree {
	uint64_t size;
	/* The last, not yet full one of each level. */
	struct ent_hash tile[ENT_TILE_LEVELS][ENT_TILE_WIDTH];
	/* The perfect subtrees, largest first; as many as 'size' has bits set. */
	struct ent_hash frontier[64];
};

void ent_tree_init(struct ent_tree *tree);
/*
 * The tree of the first 'size' entries, from its tiles; whether they are right shows when its root is
 * compared. E_LIMIT: more than ENT_TREE_SIZE_MAX. Whatever 'read' returns; then the tree is empty.
 */
ENT_MUST_USE ent_status ent_tree_restore(
		struct ent_tree *tree, uint64_t size, ent_tile_read_fn read, void *user);
/*
 * E_LIMIT: there are ENT_TREE_SIZE_MAX. Whatever 'full' returns (NULL: nobody wants tiles); then the tree
 * may only be thrown away.
 */
ENT_MUST_USE ent_status ent_tree_append(struct ent_tree *tree, const struct ent_hash *leaf,
		ent_tile_full_fn full, void *user);
/* SHA-256 of nothing when it is empty. */
void ent_tree_root(const struct ent_tree *tree, struct ent_hash *ret_root);

/* --- Proofs (RFC 6962, sections 2.1.1 and 2.1.2) --- */

struct ent_proof {
	size_t n;
	struct ent_hash hashes[ENT_PROOF_HASHES_MAX + 1];
};

/* From the leaf's sibling up. E_DOMAIN: index >= size. E_LIMIT. Whatever 'read' returns. */
ENT_MUST_USE ent_status ent_proof_inclusion(uint64_t index, uint64_t size, ent_tile_read_fn read,
		void *user, struct ent_proof *ret_proof);
/* E_DOMAIN: old_size > size. E_LIMIT. From an empty tree, and to the same size, it is empty. */
ENT_MUST_USE ent_status ent_proof_consistency(uint64_t old_size, uint64_t size,
		ent_tile_read_fn read, void *user, struct ent_proof *ret_proof);
bool ent_proof_inclusion_holds(const struct ent_hash *leaf, uint64_t index, uint64_t size,
		const struct ent_proof *proof, const struct ent_hash *root);
bool ent_proof_consistency_holds(uint64_t old_size, uint64_t size, const struct ent_hash *old_root,
		const struct ent_hash *root, const struct ent_proof *proof);

/* --- Checkpoints: C2SP tlog-checkpoint, signed-note, tlog-cosignature --- */

struct ent_checkpoint {
	char origin[ENT_ORIGIN_SIZE];
	uint64_t size;
	struct ent_hash root;
};

/* The name of a key and its public half. 'type' is 0x01 for a signer's, 0x04 for a cosigner's. */
struct ent_vkey {
	char name[ENT_ORIGIN_SIZE];
	uint8_t type;
	uint8_t public_key[ENT_SIGN_PUBLIC_SIZE];
};

/* name+id+key, terminated. Returns the length. */
size_t ent_vkey_print(const struct ent_vkey *vkey, char ret_text[ENT_VKEY_SIZE]);
/* Its id alone, which tells keys of one name apart. */
void ent_vkey_id(const struct ent_vkey *vkey, char ret_id[ENT_VKEY_ID_SIZE]);
/* E_SYNTAX with the reason; E_REFUSED: a type that we do not know. */
ENT_MUST_USE ent_status ent_vkey_parse(const char *text, size_t length, struct ent_vkey *ret_vkey,
		struct ent_fault *reterr_fault);
/* Is this a name that a note can carry: not empty, no spaces, no plus, UTF-8, shorter than ENT_ORIGIN_SIZE? */
bool ent_vkey_name_ok(const char *name, size_t length);
/* Is this an origin: not empty, UTF-8 without controls, shorter than ENT_ORIGIN_SIZE? Spaces may be in it. */
bool ent_checkpoint_origin_ok(const char *origin, size_t length);

/*
 * The signed note of a checkpoint, terminated; 'name' is the key's (in our ledgers the origin is the name
 * too). Origin and name are ok as above, the size is below 2^63. Returns the length.
 */
size_t ent_checkpoint_sign(const struct ent_checkpoint *checkpoint, const char *name,
		const struct ent_sign_key *key, char ret_note[ENT_NOTE_SIZE]);

/*
 * Reads a note and checks that one of its signatures is by 'vkey', of either type; signatures by keys that
 * we do not know are passed over, and so are extension lines. Whether the origin is the one that the key
 * signs for is the caller's to compare. E_SYNTAX with the reason. E_REFUSED: not signed by it, or a
 * signature that claims to be by it is wrong. E_LIMIT: longer than ENT_NOTE_READ_MAX, a text in front of
 * the signatures of ENT_NOTE_SIZE or more, an origin of ENT_ORIGIN_SIZE or more, or too many signatures.
 */
ENT_MUST_USE ent_status ent_checkpoint_open(const char *note, size_t length,
		const struct ent_vkey *vkey, struct ent_checkpoint *ret_checkpoint,
		struct ent_fault *reterr_fault);

/*
 * What a note says of itself; nobody vouches for it before it was opened. E_SYNTAX, E_LIMIT as above.
 */
ENT_MUST_USE ent_status ent_checkpoint_look(const char *note, size_t length,
		struct ent_checkpoint *ret_checkpoint, struct ent_fault *reterr_fault);

/*
 * Is it signed under the name of these n keys, by one that is none of them, and by none of these? Then 'ret_id' is the id of that key,
 * as a vkey has it. Nothing is verified: of a key that is not known its id is all that there is.
 */
bool ent_checkpoint_names_other(const char *note, size_t length, const struct ent_vkey *keys,
		size_t n, char ret_id[ENT_VKEY_ID_SIZE]);

/*
 * Adds a cosignature line of this time (below 2^63) to a note (tlog-cosignature, cosignature/v1). That the
 * log signed it is to be checked before. E_SYNTAX, E_LIMIT; then the note is as it was.
 */
ENT_MUST_USE ent_status ent_checkpoint_cosign(char note[ENT_NOTE_SIZE], size_t length,
		const char *name, const struct ent_sign_key *key, uint64_t time_s,
		size_t *ret_length);
/*
 * The time of the cosignature by 'vkey', the latest of several. E_MISSING: there is none. E_REFUSED: one is
 * wrong, or the key is not of type 0x04. E_SYNTAX, E_LIMIT as above.
 */
ENT_MUST_USE ent_status ent_checkpoint_cosigned(const char *note, size_t length,
		const struct ent_vkey *vkey, uint64_t *ret_time_s, struct ent_fault *reterr_fault);

/* --- Proof files (C2SP tlog-proof): an index, its inclusion proof and the checkpoint, as one text --- */

enum {
	ENT_PROOF_FILE_SIZE = ENT_NOTE_SIZE + 8192,     /* of one that we write, with terminator */
	ENT_PROOF_FILE_READ_MAX = 2 * ENT_NOTE_READ_MAX /* of one that we read */
};

/* Of an inclusion proof and a note that we signed; terminated. Returns the length. */
size_t ent_proof_file_print(uint64_t index, const struct ent_proof *proof, const char *note,
		size_t note_length, char ret_text[ENT_PROOF_FILE_SIZE]);
/*
 * 'ret_note' is borrowed from the text and not looked at: that is ent_checkpoint_open's. An "extra" line,
 * which nothing vouches for, is passed over. E_SYNTAX with the reason; E_LIMIT.
 */
ENT_MUST_USE ent_status ent_proof_file_parse(const char *text, size_t length, uint64_t *ret_index,
		struct ent_proof *ret_proof, const char **ret_note, size_t *ret_note_length,
		struct ent_fault *reterr_fault);

/* --- Forks: that the author of a ledger contradicts itself, as one text --- */

enum {
	ENT_FORK_SIZE = 2 * ENT_NOTE_SIZE + 8192,        /* of one that we write, with terminator */
	ENT_FORK_READ_MAX = 2 * ENT_NOTE_READ_MAX + 8192 /* of one that we read */
};

/*
 * Two signed checkpoints of one ledger that cannot both be honest, the smaller one first: of one size with two roots;
 * or the larger one's first entries, as many as the smaller one has, are of another root, 'prefix', which the proof
 * leads to the larger one's. Of one size, prefix and proof are not looked at.
 */
struct ent_fork {
	const char *note[2]; /* borrowed; those to be printed are shorter than ENT_NOTE_SIZE */
	size_t note_length[2];
	bool one_size;
	struct ent_hash prefix;
	struct ent_proof proof;
};

/* Terminated. Returns the length. docs/formats.md has the text. */
size_t ent_fork_print(const struct ent_fork *fork, char ret_text[ENT_FORK_SIZE]);
/*
 * Anybody can say whether it proves that the holder of this key, of type 0x01, contradicts itself: nothing else is
 * needed. OK: it does, and these are the two checkpoints. E_SYNTAX, E_LIMIT: it is no such text, with the line and the
 * reason. E_REFUSED: it is one, and proves nothing, with the reason.
 */
ENT_MUST_USE ent_status ent_fork_open(const char *text, size_t length, const struct ent_vkey *vkey,
		struct ent_checkpoint ret_checkpoints[2], struct ent_fault *reterr_fault);
/* Does a text say that it is one? For who has to tell it from others. */
bool ent_fork_looks_like(const char *text, size_t length);

#endif
