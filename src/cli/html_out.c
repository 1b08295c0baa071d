#include "html_out.h"
ent_status check_write_html(const struct check_model *model, const struct check_options *options, FILE *out) { (void)model;(void)options;(void)out; return ENT_E_IO; }
