/* SPDX-License-Identifier: Apache-2.0 */
/* html_out.c: the page around the map and the profiles. */
#include "html_out.h"

#include <inttypes.h>
#include <string.h>

#include "entente/text.h"
#include "terms.h"

void html_text(FILE *out, const char *text) {
	for (; *text != '\0'; text++)
		switch (*text) {
		case '&':
			(void)fputs("&amp;", out);
			break;
		case '<':
			(void)fputs("&lt;", out);
			break;
		case '>':
			(void)fputs("&gt;", out);
			break;
		case '"':
			(void)fputs("&quot;", out);
			break;
		case '\'':
			(void)fputs("&#39;", out);
			break;
		default:
			(void)fputc((unsigned char)*text < 0x20 ? ' ' : *text, out);
		}
}

void html_time(FILE *out, int64_t utc_us) {
	char text[ENT_TEXT_TIME_SIZE];
	check_show_time(utc_us, text);
	html_text(out, text);
}

bool html_is_unknown(const struct check_conflict *conflict) {
	return conflict->verdict.kind == ENT_VERDICT_UNKNOWN;
}

static const char style[] =
		":root{--ink:#1c2430;--soft:#5b6675;--line:#d5dae1;--page:#f7f8fa;--card:#fff;--"
		"track:#8fa0b5;"
		"--a:#1f5fa8;--b:#8a5a00;--bad:#c4161c;--shade:#c4161c1f;--volume:#6a7f9a}"
		"@media(prefers-color-scheme:dark){:root{--ink:#e6eaf0;--soft:#9aa6b5;--line:#"
		"353d49;--page:#12161c;"
		"--card:#1a2029;--track:#56657a;--a:#78b4f5;--b:#e0aa45;--bad:#ff6b6b;--shade:#"
		"ff6b6b2b;--volume:#8094b0}}"
		"*{box-sizing:border-box}body{margin:0 auto;max-width:1180px;padding:24px 20px "
		"48px;background:var(--page);"
		"color:var(--ink);font:15px/1.5 system-ui,sans-serif}h1{font-size:22px;margin:0 0 "
		"4px;line-height:1.3}"
		"h2{font-size:16px;margin:32px 0 8px}p{margin:4px 0}.soft{color:var(--soft)}"
		".card{background:var(--card);border:1px solid "
		"var(--line);border-radius:8px;overflow:hidden}"
		"svg{display:block;width:100%;height:auto}svg text{font:11px "
		"system-ui,sans-serif;fill:var(--soft)}"
		".map{position:relative;touch-action:none}.map "
		".t{fill:none;stroke:var(--track);stroke-width:.8;opacity:.55}"
		".few .t{stroke-width:1.5;opacity:1}"
		".map .l{paint-order:stroke;stroke:var(--card);stroke-width:3px}"
		".map .v{fill:var(--volume);fill-opacity:.13;stroke:var(--volume);stroke-width:1}"
		".map .c{fill:none;stroke:var(--bad);stroke-width:2.4;stroke-linecap:round}"
		".map .g{stroke:var(--line);stroke-width:1;fill:none}"
		".map .m circle{fill:var(--card);stroke:var(--bad);stroke-width:1.6}"
		".map .c.u{stroke:var(--soft);stroke-dasharray:4 4}"
		".map .u circle{stroke:var(--soft);stroke-dasharray:3 2}"
		".map .m text{fill:var(--bad);font-weight:600;text-anchor:middle}"
		".map .u text{fill:var(--soft)}"
		".map path,.map line,.map circle.g{vector-effect:non-scaling-stroke}"
		"nav{position:absolute;right:10px;top:10px;display:none;gap:4px}nav "
		"button{width:32px;height:32px;font-size:17px;"
		"border:1px solid "
		"var(--line);border-radius:6px;background:var(--card);color:var(--ink);cursor:"
		"pointer}"
		".grid{display:grid;grid-template-columns:repeat(auto-fill,minmax(340px,1fr));gap:"
		"14px}"
		"figure{margin:0;padding:12px 14px}figcaption{font-size:14px}figcaption "
		"b{color:var(--bad)}"
		".pa{fill:none;stroke:var(--a);stroke-width:2}.pb{fill:none;stroke:var(--b);stroke-"
		"width:2;stroke-dasharray:6 3}"
		".pd{fill:none;stroke:var(--ink);stroke-width:1.4}.ps{fill:var(--shade)}.pm{fill:"
		"var(--a);opacity:.09}"
		".px{stroke:var(--line);stroke-width:1;fill:none}.pv{fill:var(--volume);fill-"
		"opacity:.2;stroke:none}"
		".u .ps{fill:var(--line)}.u .pc,.u figcaption "
		"b,td.u{fill:var(--soft);color:var(--soft)}"
		".pc{fill:var(--bad)}.ka{color:var(--a)}.kb{color:var(--b)}"
		".wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:13.5px;"
		"font-variant-numeric:tabular-nums}"
		"th,td{text-align:left;padding:6px 12px;border-bottom:1px solid "
		"var(--line);white-space:nowrap}"
		"td.n,th.n{text-align:right}th{background:var(--card);font-weight:600}"
		"th button{all:unset;cursor:pointer}th button:focus-visible{outline:2px solid "
		"var(--a)}a{color:var(--a)}"
		"tr:target td,figure:target{background:var(--shade)}"
		"@media(max-width:700px){nav{position:static;padding:8px}nav "
		"button{width:40px;height:40px}"
		".grid{grid-template-columns:minmax(0,1fr)}}"
		"summary{cursor:pointer}ul{margin:4px 0;overflow-wrap:anywhere}"
		"@media "
		"print{body{background:#fff;max-width:none}nav{display:none!important}.card{break-"
		"inside:avoid}}";

/* Zoom and pan by wheel, buttons and pointer; sorting by the heads of the table. */
static const char script[] =
		"(function(){var m=document.querySelector('.map "
		"svg'),n=document.querySelector('nav');if(m){"
		"var "
		"v=m.viewBox.baseVal,W=v.width,H=v.height,z=1,x=0,y=0,d=null;n.style.display='flex'"
		";"
		"function s(){x=Math.max(0,Math.min(W-W/z,x));y=Math.max(0,Math.min(H-H/z,y));"
		"m.setAttribute('viewBox',x+' '+y+' '+W/z+' '+H/z);"
		"var k=Math.max(1,.8*W/m.getBoundingClientRect().width)/z;"
		"m.querySelectorAll('.m,.l').forEach(function(e){var p=e.getAttribute('data-p');"
		"e.setAttribute('transform','translate('+p+') scale('+k+')')})}"
		"function zoom(f,px,py){var "
		"q=Math.max(1,Math.min(400,z*f));x+=px*(W/z-W/q);y+=py*(H/z-H/q);z=q;s()}"
		"m.addEventListener('wheel',function(e){e.preventDefault();var "
		"r=m.getBoundingClientRect();"
		"zoom(e.deltaY<0?1.25:.8,(e.clientX-r.left)/r.width,(e.clientY-r.top)/"
		"r.height)},{passive:false});"
		"m.addEventListener('pointerdown',function(e){d=[e.clientX,e.clientY]});"
		"addEventListener('pointerup',function(){d=null});"
		"addEventListener('pointermove',function(e){if(!d)return;var "
		"k=W/z/m.getBoundingClientRect().width;"
		"x-=(e.clientX-d[0])*k;y-=(e.clientY-d[1])*k;d=[e.clientX,e.clientY];s()});"
		"n.children[0].onclick=function(){zoom(1.6,.5,.5)};n.children[1].onclick=function()"
		"{zoom(.625,.5,.5)};"
		"n.children[2].onclick=function(){z=1;x=y=0;s()};s();addEventListener('resize',s)}"
		"document.querySelectorAll('th button').forEach(function(b,i){b.onclick=function(){"
		"var t=b.closest('table').tBodies[0],u=b.dataset.up!=='1';b.dataset.up=u?'1':'0';"
		"function k(r){var c=r.cells[i];return "
		"c.dataset.k!==undefined?+c.dataset.k:c.textContent}"
		"Array.from(t.rows).sort(function(p,q){p=k(p);q=k(q);return(p<q?-1:p>q?1:0)*(u?1:-"
		"1)})"
		".forEach(function(r){t.appendChild(r)})}})})();";

static void item_name(FILE *out, const struct check_item *item) {
	char text[CHECK_ID_SIZE + CHECK_CALLSIGN_SIZE + 4];
	html_text(out, check_name(item, text, sizeof text));
}

/* A sentence begins with a capital letter. */
static void write_summary(const struct check_model *model, FILE *out) {
	char summary[1024];
	check_summary(model, summary, sizeof summary);
	if (summary[0] >= 'a' && summary[0] <= 'z')
		summary[0] = (char)(summary[0] - 'a' + 'A');
	html_text(out, summary);
}

/* One name stands in the line; many are folded. */
static void write_inputs(const struct check_model *model, FILE *out) {
	char name[CHECK_FAULT_FILE_SIZE];
	const bool many = model->n_sources > 1;
	if (many)
		(void)fprintf(out, "<details class=\"soft\"><summary>%zu inputs</summary><ul>",
				model->n_sources);
	for (size_t i = 0; i < model->n_sources; i++) {
		const char *own = model->sources[i].name;
		(void)fputs(many ? "<li>" : "<p class=\"soft\">Input: ", out);
		html_text(out, ent_text_show(own, strlen(own), name, sizeof name));
		(void)fputs(many ? "</li>" : "</p>\n", out);
	}
	if (many)
		(void)fputs("</ul></details>\n", out);
}

static void write_late(const struct check_model *model, FILE *out) {
	char text[CHECK_LATE_SIZE];
	const struct check_notice *notice = model->notice;
	if (notice->n_late == 0)
		return;
	(void)fprintf(out, "<details open><summary>Short notice: %zu</summary><ul>",
			notice->n_late);
	for (size_t i = 0; i < notice->n_late; i++) {
		check_show_late(model, &notice->late[i], text, sizeof text);
		(void)fputs("<li>", out);
		html_text(out, text);
		(void)fputs("</li>", out);
	}
	(void)fputs("</ul></details>\n", out);
}

/* A sentence begins with a capital letter. */
static void write_line(void *user, const char *line) {
	(void)fprintf(user, "<p class=\"soft\">%c%s.</p>\n", line[0] - 'a' + 'A', line + 1);
}

static void write_note(void *user, const char *line) {
	(void)fputs("<p>Note: ", user);
	html_text(user, line);
	(void)fputs(".</p>\n", user);
}

static void write_minima(const struct check_model *model, FILE *out) {
	const struct check_terms *terms = model->terms;
	char text[CHECK_NOTE_SIZE];
	if (terms == NULL) {
		check_show_minima(&model->minima, text, sizeof text);
		(void)fprintf(out, "<p class=\"soft\">Minima: %s.</p>\n", text);
		return;
	}
	for (size_t v = 0; v < terms->n_versions; v++) {
		const struct check_version *version = &terms->version[v];
		check_show_from(terms, v, text, sizeof text);
		(void)fprintf(out,
				"<p class=\"soft\">Memorandum %s, version <span "
				"style=\"overflow-wrap:anywhere\">%s</span>%s</p>\n",
				ent_memodoc_terms(version->doc)->memorandum, version->hash, text);
		check_say_terms(model, v, &(struct check_lines){write_line, out});
	}
	check_say_notes(model, &(struct check_lines){write_note, out});
	write_late(model, out);
}

static void write_basis(
		const struct check_model *model, const struct check_conflict *conflict, FILE *out) {
	char basis[CHECK_BASIS_SIZE];
	check_show_basis(model, conflict, basis);
	(void)fputs(basis, out);
}

static void write_head(const struct check_model *model, FILE *out) {
	(void)fputs("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
		    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		    "style-src "
		    "'unsafe-inline'; script-src 'unsafe-inline'\">"
		    "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
		    "<title>",
			out);
	write_summary(model, out);
	(void)fputs("</title><style>", out);
	(void)fputs(style, out);
	(void)fputs("</style></head><body>\n<h1>", out);
	write_summary(model, out);
	(void)fputs("</h1>\n", out);
	write_minima(model, out);
	write_inputs(model, out);
}

/* Rounded down, in nautical miles; what is less than a hundredth of one in metres. */
static void write_lateral(const struct ent_witness *w, FILE *out) {
	const int64_t hundredths = w->lateral_mm / 18520;
	if (hundredths == 0 && w->lateral_mm >= 1000)
		(void)fprintf(out, "%" PRId64 " m", w->lateral_mm / 1000);
	else
		(void)fprintf(out, "%" PRId64 ".%02d NM", hundredths / 100,
				(int)(hundredths % 100));
}

/* "at 14:10:28", or at all times. */
static void write_when(int64_t utc_us, FILE *out) {
	if (utc_us < ENT_TIME_MIN_US || utc_us > ENT_TIME_MAX_US) {
		(void)fputs("at all times", out);
		return;
	}
	(void)fputs("at ", out);
	html_time(out, utc_us);
}

/* Both moments, where they differ. */
static void write_moments(const struct ent_witness *w, FILE *out) {
	write_when(w->time_a_utc_us, out);
	if (w->time_b_utc_us != w->time_a_utc_us) {
		(void)fputs(" and B ", out);
		write_when(w->time_b_utc_us, out);
	}
}

static void write_place(const struct check_options *options, struct ent_point at, FILE *out) {
	char text[ENT_GRIDREF_TEXT_SIZE];
	html_text(out, check_show_place(options, at, text));
}

/* Lateral, vertical, what is kept of the minima, when, how long. */
static void write_figures(const struct check_conflict *c, FILE *out) {
	const struct ent_witness *w = &c->nearest;
	const bool unknown = html_is_unknown(c);
	char vertical[CHECK_SHOW_SIZE], lasts[24];
	(void)fprintf(out, "<td class=\"n\" data-k=\"%" PRId64 "\">", w->lateral_mm);
	write_lateral(w, out);
	(void)fputs("</td><td class=\"n\" data-k=\"", out);
	if (unknown)
		(void)fputs("1e18", out);
	else
		(void)fprintf(out, "%" PRId64, w->vertical_lo_mm);
	(void)fprintf(out, "\">%s</td>", check_show_vertical(w, unknown, false, vertical));
	if (unknown)
		(void)fputs("<td class=\"n\" data-k=\"1e18\">-</td><td>", out);
	else
		(void)fprintf(out, "<td class=\"n\" data-k=\"%.6f\">%d %%</td><td>", c->share,
				check_percent(c));
	html_time(out, w->time_a_utc_us);
	if (w->time_b_utc_us != w->time_a_utc_us) {
		(void)fputs(", B ", out);
		html_time(out, w->time_b_utc_us);
	}
	check_show_duration(&c->verdict.witness, lasts, sizeof lasts);
	(void)fprintf(out, "</td><td class=\"n\" data-k=\"%.0f\">%s</td>",
			(double)c->verdict.witness.last_utc_us -
					(double)c->verdict.witness.first_utc_us,
			lasts);
}

static void write_row(const struct check_model *model, const struct check_options *options,
		size_t i, FILE *out) {
	const struct check_conflict *c = &model->conflicts[i];
	char number[CHECK_SHOW_SIZE];
	(void)check_show_number(model, i, number);
	(void)fprintf(out, "<tr id=\"c%zu\"><td class=\"n\" data-k=\"%zu\">", i + 1, i + 1);
	if (i < HTML_PROFILES_MAX)
		(void)fprintf(out, "<a href=\"#p%zu\">%s</a></td>", i + 1, number);
	else
		(void)fprintf(out, "%s</td>", number);
	(void)fputs(html_is_unknown(c) ? "<td class=\"u\">unknown</td><td>"
				       : "<td>conflict</td><td>",
			out);
	item_name(out, &model->items[c->a]);
	(void)fputs("</td><td>", out);
	item_name(out, &model->items[c->b]);
	(void)fputs("</td>", out);
	write_figures(c, out);
	(void)fputs("<td>", out);
	write_place(options, check_place(model, c), out);
	if (model->terms != NULL) {
		(void)fputs("</td><td>", out);
		write_basis(model, c, out);
	}
	(void)fputs("</td></tr>\n", out);
}

static void write_table(
		const struct check_model *model, const struct check_options *options, FILE *out) {
	const struct {
		const char *name;
		bool number;
	} heads[] = {{"#", true}, {"Verdict", false}, {"A", false}, {"B", false}, {"Lateral", true},
			{"Vertical", true}, {"Keeps", true}, {"Nearest (UTC)", false},
			{"Lasts", true}, {ent_gridref_form_title(options->coordinates), false}};
	(void)fputs("<h2>Table</h2>\n<div class=\"card wide\"><table><thead><tr>", out);
	for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++)
		(void)fprintf(out, "<th%s><button type=\"button\">%s</button></th>",
				heads[i].number ? " class=\"n\"" : "", heads[i].name);
	if (model->terms != NULL)
		(void)fputs("<th><button type=\"button\">By</button></th>", out);
	(void)fputs("</tr></thead><tbody>\n", out);
	const size_t n = model->n_conflicts < HTML_ROWS_MAX ? model->n_conflicts : HTML_ROWS_MAX;
	for (size_t i = 0; i < n; i++)
		write_row(model, options, i, out);
	(void)fputs("</tbody></table></div>\n", out);
	if (n < model->n_conflicts)
		(void)fprintf(out,
				"<p class=\"soft\">The worst %zu of %zu; --format json and csv "
				"have "
				"all.</p>\n",
				n, model->n_conflicts);
}

static void write_proposals(
		const struct check_model *model, const struct check_conflict *conflict, FILE *out) {
	const bool found = check_found_change(conflict);
	(void)fputs(found ? "<p>Proposed for " : "<p>For ", out);
	item_name(out, &model->items[conflict->proposed_for]);
	(void)fputs(found ? ", clear of all that was checked: "
			  : " no change within the limits is clear of all that was checked",
			out);
	check_write_changes(model, conflict, out);
	(void)fputs(".</p>\n", out);
}

static void write_figure(const struct check_model *model, const struct check_options *options,
		size_t i, FILE *out) {
	const struct check_conflict *c = &model->conflicts[i];
	char number[CHECK_SHOW_SIZE], vertical[CHECK_SHOW_SIZE];
	const bool unknown = html_is_unknown(c);
	(void)fprintf(out,
			"<figure class=\"card%s\" id=\"p%zu\"><figcaption><b>%s</b> <span "
			"class=\"ka\">",
			unknown ? " u" : "", i + 1, check_show_number(model, i, number));
	item_name(out, &model->items[c->a]);
	(void)fputs("</span> and <span class=\"kb\">", out);
	item_name(out, &model->items[c->b]);
	(void)fputs("</span><br><span class=\"soft\">", out);
	write_lateral(&c->nearest, out);
	(void)fprintf(out, ", %s%s ", unknown ? "vertical " : "",
			check_show_vertical(&c->nearest, unknown, false, vertical));
	write_moments(&c->nearest, out);
	(void)fputs(", ", out);
	write_place(options, check_place(model, c), out);
	if (model->terms != NULL) {
		(void)fputs("; by ", out);
		write_basis(model, c, out);
	}
	(void)fputs("</span></figcaption>\n", out);
	html_profile(model, i, out);
	if (c->proposed)
		write_proposals(model, c, out);
	(void)fputs("</figure>\n", out);
}

static void write_profiles(
		const struct check_model *model, const struct check_options *options, FILE *out) {
	const size_t n = model->n_conflicts < HTML_PROFILES_MAX ? model->n_conflicts
								: HTML_PROFILES_MAX;
	(void)fputs("<h2>Profiles</h2>\n<p class=\"soft\">Altitude over time around each conflict: "
		    "<span class=\"ka\">A solid</span>, <span class=\"kb\">B dashed</span>; red, "
		    "the time in conflict (grey where it is unknown); the pale band, less than the "
		    "vertical minimum from A; below, the lateral distance and its minimum.",
			out);
	if (model->minima.time_us > 0)
		(void)fputs(" It is drawn for equal moments; in conflict are also places that the "
			    "two pass up to the minimum of time apart.",
				out);
	if (n < model->n_conflicts)
		(void)fprintf(out, " The worst %zu of %zu are drawn.", n, model->n_conflicts);
	(void)fputs("</p>\n<div class=\"grid\">\n", out);
	for (size_t i = 0; i < n; i++)
		write_figure(model, options, i, out);
	(void)fputs("</div>\n", out);
}

static void write_cleaning(const struct check_model *model, FILE *out) {
	static const char *const texts[] = {
#define TEXT(name, key, text) text,
			CHECK_RULE_MAP(TEXT)
#undef TEXT
	};
	if (model->cleaning.reports == 0)
		return;
	(void)fprintf(out,
			"<h2>Cleaning of reports</h2>\n<p>%" PRIu64 " of %" PRIu64
			" reports stand in a track.",
			model->cleaning.kept, model->cleaning.reports);
	for (int rule = 0; rule < CHECK_RULE_COUNT; rule++)
		if (model->cleaning.touched[rule] > 0)
			(void)fprintf(out, "<br>%s: %" PRIu64, texts[rule],
					model->cleaning.touched[rule]);
	(void)fputs("</p>\n", out);
}

ent_status check_write_html(
		const struct check_model *model, const struct check_options *options, FILE *out) {
	write_head(model, out);
	html_map(model, out);
	if (model->n_conflicts > 0) {
		write_table(model, options, out);
		write_profiles(model, options, out);
	}
	write_cleaning(model, out);
	(void)fprintf(out,
			"<p class=\"soft\">entente %s. Distances are geodesic, on WGS84. What was "
			"not read was not "
			"checked.</p>\n<script>%s</script>\n</body></html>\n",
			ENTENTE_VERSION, script);
	return ferror(out) ? ENT_E_IO : ENT_OK;
}
