/* SPDX-License-Identifier: Apache-2.0 */
/* html_out.c: the page around the map and the profiles. */
#include "html_out.h"

#include <inttypes.h>

#include "entente/text.h"

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
	const int64_t second = INT64_C(1000000);
	if (utc_us >= ENT_TIME_MIN_US && utc_us <= ENT_TIME_MAX_US)
		utc_us -= ((utc_us % second) + second) % second;
	(void)ent_text_print_time(utc_us, text);
	html_text(out, text);
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
		".map .m text{fill:var(--bad);font-weight:600;text-anchor:middle}"
		".map path,.map line{vector-effect:non-scaling-stroke}"
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
		".pc{fill:var(--bad)}.ka{color:var(--a)}.kb{color:var(--b)}"
		".wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:13.5px;"
		"font-variant-numeric:tabular-nums}"
		"th,td{text-align:left;padding:6px 12px;border-bottom:1px solid "
		"var(--line);white-space:nowrap}"
		"td.n,th.n{text-align:right}th{background:var(--card);font-weight:600}"
		"th button{all:unset;cursor:pointer}th button:focus-visible{outline:2px solid "
		"var(--a)}a{color:var(--a)}"
		"tr:target td,figure:target{background:var(--shade)}"
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
		"m.querySelectorAll('.m,.l').forEach(function(e){var p=e.getAttribute('data-p');"
		"e.setAttribute('transform','translate('+p+') scale('+1/z+')')})}"
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
		"n.children[2].onclick=function(){z=1;x=y=0;s()}}"
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

static void write_head(const struct check_model *model, FILE *out) {
	char summary[1024];
	check_summary(model, summary, sizeof summary);
	(void)fputs("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
		    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		    "style-src "
		    "'unsafe-inline'; script-src 'unsafe-inline'\">"
		    "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
		    "<title>Conflict check</title><style>",
			out);
	(void)fputs(style, out);
	(void)fputs("</style></head><body>\n<h1>", out);
	html_text(out, summary);
	(void)fprintf(out,
			"</h1>\n<p class=\"soft\">Minima: lateral %.2f NM (%.0f m), vertical %.0f "
			"ft (%.0f m), "
			"time %.0f s. Inputs:",
			(double)model->minima.lateral_mm / 1852000,
			(double)model->minima.lateral_mm / 1000,
			(double)model->minima.vertical_mm / 304.8,
			(double)model->minima.vertical_mm / 1000,
			(double)model->minima.time_us / 1e6);
	for (size_t i = 0; i < model->n_sources; i++) {
		(void)fputs(i > 0 ? ", " : " ", out);
		html_text(out, model->sources[i].name);
	}
	(void)fputs(".</p>\n", out);
}

/* With --coordinates as it says; else as a map service takes it. */
static void write_place(const struct check_options *options, struct ent_point at, FILE *out) {
	char text[ENT_GRIDREF_TEXT_SIZE];
	if (options->coordinates_given)
		html_text(out, check_show_place(options, at, text));
	else
		(void)fprintf(out, "%.5f, %.5f", ent_geo_lat_deg(at), ent_geo_lon_deg(at));
}

static void write_row(const struct check_model *model, const struct check_options *options,
		size_t i, FILE *out) {
	const struct check_conflict *c = &model->conflicts[i];
	const struct ent_witness *w = &c->verdict.witness;
	const bool unknown = c->verdict.kind == ENT_VERDICT_UNKNOWN;
	(void)fprintf(out, "<tr id=\"c%zu\"><td class=\"n\" data-k=\"%zu\">", i + 1, i + 1);
	if (i < HTML_PROFILES_MAX)
		(void)fprintf(out, "<a href=\"#p%zu\">%zu</a></td><td>", i + 1, i + 1);
	else
		(void)fprintf(out, "%zu</td><td>", i + 1);
	item_name(out, &model->items[c->a]);
	(void)fputs("</td><td>", out);
	item_name(out, &model->items[c->b]);
	(void)fprintf(out, "</td><td class=\"n\" data-k=\"%" PRId64 "\">%.2f NM</td>",
			w->lateral_mm, (double)w->lateral_mm / 1852000);
	if (unknown)
		(void)fputs("<td class=\"n\" data-k=\"1e18\">unknown</td>", out);
	else
		(void)fprintf(out, "<td class=\"n\" data-k=\"%" PRId64 "\">%.0f ft</td>",
				w->vertical_lo_mm, (double)w->vertical_lo_mm / 304.8);
	(void)fputs("<td>", out);
	html_time(out, w->time_a_utc_us);
	(void)fprintf(out, "</td><td class=\"n\" data-k=\"%.0f\">%.0f s</td><td>",
			(double)w->last_utc_us - (double)w->first_utc_us,
			((double)w->last_utc_us - (double)w->first_utc_us) / 1e6);
	write_place(options, check_place(model, c), out);
	(void)fputs("</td></tr>\n", out);
}

static void write_table(
		const struct check_model *model, const struct check_options *options, FILE *out) {
	const struct {
		const char *name;
		bool number;
	} heads[] = {{"#", true}, {"A", false}, {"B", false}, {"Lateral", true}, {"Vertical", true},
			{"Nearest (UTC)", false}, {"Lasts", true},
			{ent_gridref_form_title(options->coordinates), false}};
	(void)fputs("<h2>Table</h2>\n<div class=\"card wide\"><table><thead><tr>", out);
	for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++)
		(void)fprintf(out, "<th%s><button type=\"button\">%s</button></th>",
				heads[i].number ? " class=\"n\"" : "", heads[i].name);
	(void)fputs("</tr></thead><tbody>\n", out);
	for (size_t i = 0; i < model->n_conflicts; i++)
		write_row(model, options, i, out);
	(void)fputs("</tbody></table></div>\n", out);
}

static void write_proposals(
		const struct check_model *model, const struct check_conflict *conflict, FILE *out) {
	(void)fputs("<p>Proposed for ", out);
	item_name(out, &model->items[conflict->proposed_for]);
	(void)fputs(", clear of all that was checked: ", out);
	check_write_changes(model, conflict, out);
	(void)fputs(".</p>\n", out);
}

static void write_profiles(
		const struct check_model *model, const struct check_options *options, FILE *out) {
	const size_t n = model->n_conflicts < HTML_PROFILES_MAX ? model->n_conflicts
								: HTML_PROFILES_MAX;
	(void)fputs("<h2>Profiles</h2>\n<p class=\"soft\">Altitude over time around each conflict: "
		    "<span class=\"ka\">A solid</span>, <span class=\"kb\">B dashed</span>; red, "
		    "the time in "
		    "conflict; the pale band, less than the vertical minimum from A; below, the "
		    "lateral distance "
		    "and its minimum.",
			out);
	if (n < model->n_conflicts)
		(void)fprintf(out, " The worst %zu of %zu are drawn.", n, model->n_conflicts);
	(void)fputs("</p>\n<div class=\"grid\">\n", out);
	for (size_t i = 0; i < n; i++) {
		const struct check_conflict *c = &model->conflicts[i];
		(void)fprintf(out,
				"<figure class=\"card\" id=\"p%zu\"><figcaption><b>%zu</b> <span "
				"class=\"ka\">",
				i + 1, i + 1);
		item_name(out, &model->items[c->a]);
		(void)fputs("</span> and <span class=\"kb\">", out);
		item_name(out, &model->items[c->b]);
		(void)fprintf(out, "</span><br><span class=\"soft\">%.2f NM, ",
				(double)c->verdict.witness.lateral_mm / 1852000);
		if (c->verdict.kind == ENT_VERDICT_UNKNOWN)
			(void)fputs("vertical unknown", out);
		else
			(void)fprintf(out, "%.0f ft",
					(double)c->verdict.witness.vertical_lo_mm / 304.8);
		(void)fputs(" at ", out);
		html_time(out, c->verdict.witness.time_a_utc_us);
		(void)fputs(", ", out);
		write_place(options, check_place(model, c), out);
		(void)fputs("</span></figcaption>\n", out);
		html_profile(model, i, out);
		if (c->proposed)
			write_proposals(model, c, out);
		(void)fputs("</figure>\n", out);
	}
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
			"<h2>Cleaning of recorded traffic</h2>\n<p>%" PRIu64 " of %" PRIu64
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
