/* SPDX-License-Identifier: Apache-2.0 */
/* party_vouch.c: see party_vouch.h. Who they are is looked at before either of them is asked for a password. */
#include "party_vouch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "body.h"
#include "operator_desk.h"
#include "password.h"

/* What it ends with, when it is not 0. */
enum { REFUSED = VERB_REFUSED, FAILED = VERB_FAILED };

struct asking {
	const struct party_vouching *vouching;
	char on[ENT_DESK_ON_MAX + 1];
	struct verb verb; /* to the node that runs */
	bool runs;
	struct operator_desk desk; /* of one that does not */
	bool opened;
};

static int refuse(const struct asking *asking, const char *id, const char *why) {
	(void)verb_fail(&asking->verb, id, why);
	return REFUSED;
}

static int is_none(const struct asking *asking, const char *id) {
	return refuse(asking, id,
			"there is no operator of that id here: entente operator list shows who "
			"there is, entente operator add makes one");
}

static int is_disabled(const struct asking *asking, const char *id) {
	return refuse(asking, id, "this operator is disabled, and vouches for nobody");
}

/* --- Through the node --- */

static int look_at_node(struct asking *asking, const char *id) {
	char path[VERB_PATH_SIZE];
	struct ent_json_value root;
	struct ent_fault fault = {{0}, {0}};
	struct client_answer answer = {.body = NULL};
	const struct client_request request = {.method = ENT_FETCH_GET, .path = path};
	(void)snprintf(path, sizeof path, "/v1/operators/%s", id);
	const ent_status status = client_ask(asking->verb.client, &request, &answer, &fault);
	if (status != ENT_OK) {
		asking->runs = status != ENT_E_MISSING;
		return asking->runs ? verb_fail_fault(&asking->verb, &fault, status) : 0;
	}
	asking->verb.answer = answer;
	if (answer.status == 404)
		return is_none(asking, id);
	if (answer.status != 200 ||
			ent_json_parse(asking->verb.json_reader, answer.body, answer.size, NULL,
					&root, NULL) != ENT_OK)
		return verb_fail(
				&asking->verb, "the node", "its answer is not what a node answers");
	return verb_true(root, "disabled") ? is_disabled(asking, id) : 0;
}

struct said {
	const char *on;
	const struct password *password;
};

static void write_said(struct ent_jsonout *out, const void *user) {
	const struct said *said = user;
	ent_jsonout_name(out, "on");
	ent_jsonout_string(out, said->on);
	ent_jsonout_name(out, "password");
	ent_jsonout_string_n(out, said->password->text, said->password->length);
}

static int vouch_at_node(struct asking *asking, const char *id, const struct password *password) {
	char path[VERB_PATH_SIZE];
	struct body body = {.bytes = NULL};
	const struct said said = {asking->on, password};
	(void)snprintf(path, sizeof path, "/v1/operators/%s/vouchers", id);
	const ent_status status = body_make(
			&body, strlen(asking->on) + password->length, write_said, &said, NULL);
	const struct client_request request = {.method = ENT_FETCH_POST,
			.path = path,
			.content_type = "application/json",
			.body = body.bytes,
			.size = body.size};
	const int end = status == ENT_OK
			? verb_ask(&asking->verb, &request)
			: verb_fail(&asking->verb, id, "this password is not text in UTF-8");
	body_finish(&body);
	return end;
}

/* --- In the ledger of a node that has stopped --- */

static int look_at_desk(struct asking *asking, const char *id) {
	struct ent_fault fault = {{0}, {0}};
	if (!asking->opened) {
		const ent_status status = operator_desk_open(
				&asking->desk, asking->vouching->data, true, &fault);
		asking->opened = true;
		if (status != ENT_OK)
			return verb_fail_fault(&asking->verb, &fault, status);
	}
	const struct ent_desk_operator *who = ent_desk_operator(asking->desk.desk, id);
	if (who == NULL)
		return is_none(asking, id);
	return who->disabled ? is_disabled(asking, id) : 0;
}

static int vouch_at_desk(struct asking *asking, const char *id, const struct password *password) {
	struct ent_fault fault = {{0}, {0}};
	char held_to[ENT_PASSWORD_HASH_SIZE], token[ENT_DESK_TOKEN_SIZE];
	struct ent_desk_command command = {.act = ENT_DESK_ACT_VOUCH,
			.class = ent_desk_class(asking->desk.desk, ENT_CLASS_ACTUAL),
			.id = id,
			.password = held_to,
			.on = asking->on};
	(void)snprintf(held_to, sizeof held_to, "%s", ent_desk_password_of(asking->desk.desk, id));
	ent_status status = ent_seal_password_verify(held_to, password->text, password->length);
	command.right = status == ENT_OK;
	/* A device that nobody knows: as at a door where he was never seen. */
	ent_desk_token(token, &command.device);
	if (status != ENT_E_MEMORY)
		status = operator_desk_do(&asking->desk, &command, &fault);
	ent_seal_wipe(held_to, sizeof held_to);
	if (status == ENT_E_REFUSED)
		return refuse(asking, id, fault.why);
	return status == ENT_OK ? 0 : verb_fail_fault(&asking->verb, &fault, status);
}

/* --- Both --- */

static int get_password(const struct asking *asking, size_t i, struct password *ret_password) {
	struct ent_fault fault = {{0}, {0}};
	const struct party_vouching *vouching = asking->vouching;
	const char *file = vouching->password_files[i];
	const ent_status status = file != NULL
			? password_read_file(file, ret_password, &fault)
			: password_ask_own(vouching->ids[i], ret_password, &fault);
	return status == ENT_OK ? 0 : verb_fail_fault(&asking->verb, &fault, status);
}

/* Who they are, and where. */
static int look(struct asking *asking) {
	struct ent_fault fault = {{0}, {0}};
	const struct party_vouching *vouching = asking->vouching;
	ent_status status = client_open(vouching->data, &asking->verb.client, &fault);
	asking->runs = status == ENT_OK;
	if (status == ENT_OK)
		status = ent_json_create(&asking->verb.json_reader);
	if (status != ENT_OK && status != ENT_E_MISSING)
		return verb_fail_fault(&asking->verb, &fault, status);
	int end = asking->runs ? look_at_node(asking, vouching->ids[0]) : 0;
	if (!asking->runs)
		end = look_at_desk(asking, vouching->ids[0]);
	if (end != 0)
		return end;
	free(asking->verb.answer.body);
	asking->verb.answer = (struct client_answer){.body = NULL};
	return asking->runs ? look_at_node(asking, vouching->ids[1])
			    : look_at_desk(asking, vouching->ids[1]);
}

static int ask(struct asking *asking) {
	const struct party_vouching *vouching = asking->vouching;
	struct password password[2] = {{0}, {0}};
	int end = look(asking);
	for (size_t i = 0; end == 0 && i < 2; i++)
		end = get_password(asking, i, &password[i]);
	for (size_t i = 0; end == 0 && i < 2; i++)
		end = asking->runs ? vouch_at_node(asking, vouching->ids[i], &password[i])
				   : vouch_at_desk(asking, vouching->ids[i], &password[i]);
	for (size_t i = 0; i < 2; i++)
		password_wipe(&password[i]);
	return end;
}

int party_vouch(const struct party_vouching *vouching) {
	struct asking asking = {.vouching = vouching, .verb = {.command = "party"}};
	for (size_t i = 0; i < 2; i++)
		if (!ent_desk_id_ok(vouching->ids[i], strlen(vouching->ids[i])))
			return refuse(&asking, vouching->ids[i],
					"an operator is named by his id, as entente operator list "
					"shows it");
	(void)ent_desk_trust_print(&vouching->card, asking.on);
	const int end = ask(&asking);
	if (asking.opened)
		operator_desk_close(&asking.desk);
	verb_end(&asking.verb);
	return end;
}
