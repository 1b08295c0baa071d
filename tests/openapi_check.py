#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Holds docs/openapi.yaml to its rules, and recorded exchanges to docs/openapi.yaml.

usage: openapi_check.py [--document FILE] [--unrouted] [RECORD...]

A record is JSON lines, one exchange each: {"method", "path", "status", "content_type", "body"}; path may
have a query, body is a string, other members are passed over. "-" is standard input. Each fault is a line that names
the record and its line; the exit status is 1 if there is any.

--unrouted lets exchanges pass that no operation is for, if they were answered 404 in plain text: f3548 1.5.
"""
import argparse
import datetime
import json
import pathlib
import re
import sys
import urllib.parse

import jsonschema
import yaml

DOCUMENT = pathlib.Path(__file__).resolve().parent.parent / 'docs/openapi.yaml'
METHODS = ('get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace')
FAULTS_MAX = 5  # of one body

# Members of the objects of OpenAPI 3.1 that our document uses: those that must be there, those that may.
MEMBERS = {
    'document': ('openapi info paths components', 'servers tags security'),
    'info': ('title version license', 'summary description'),
    'license': ('name', 'identifier url'),
    'operation': ('operationId summary description tags security responses', 'parameters requestBody'),
    'parameter': ('name in required description schema', 'examples'),
    'header': ('schema', 'required description'),
    'body': ('content', 'required description'),
    'response': ('description content', 'headers'),
    'media': ('schema', 'examples'),
    'components': ('', 'schemas responses parameters requestBodies headers securitySchemes'),
}
# A word that is not here is a slip of the pen, which JSON Schema would pass over.
KEYWORDS = set('''$ref type format title description default examples enum const pattern minLength maxLength minimum
    maximum exclusiveMinimum exclusiveMaximum multipleOf items minItems maxItems uniqueItems properties required
    additionalProperties unevaluatedProperties oneOf anyOf allOf not if then else'''.split())
SAYS_WHAT = {'$ref', 'type', 'const', 'enum', 'oneOf', 'anyOf', 'allOf'}


class Loader(yaml.SafeLoader):
    """YAML as it is meant: a key is a string and stands once."""

    def construct_mapping(self, node, deep=False):
        seen = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            where = f'line {key_node.start_mark.line + 1}'
            if not isinstance(key, str):
                raise yaml.YAMLError(f'{where}: the key {key!r} is not a string; quote it')
            if key in seen:
                raise yaml.YAMLError(f'{where}: the key {key!r} stands twice')
            seen.add(key)
        return super().construct_mapping(node, deep)


# --- What JSON Schema leaves loose ---

formats = jsonschema.FormatChecker(formats=())


@formats.checks('int32')
def is_int32(value):
    return not isinstance(value, int) or -2**31 <= value < 2**31


@formats.checks('date-time', raises=ValueError)
def is_moment(value):
    return not isinstance(value, str) or bool(datetime.datetime.strptime(value[:19], '%Y-%m-%dT%H:%M:%S'))


def has_pattern(validator, pattern, value, schema):
    """Like the library's own, but "$" is the end of the text, not also the place before a last newline."""
    if validator.is_type(value, 'string') and not re.search(re.sub(r'\$$', r'\\Z', pattern), value):
        yield jsonschema.ValidationError(f'{value!r} does not match {pattern!r}')


# 1.0 is no integer: readers in other languages stumble over it.
types = jsonschema.Draft202012Validator.TYPE_CHECKER.redefine(
    'integer', lambda checker, value: isinstance(value, int) and not isinstance(value, bool))
Validator = jsonschema.validators.extend(jsonschema.Draft202012Validator, {'pattern': has_pattern}, type_checker=types)


def read_json(text):
    """Strict: no member twice, no NaN. ValueError."""

    def members(pairs):
        names = [name for name, _ in pairs]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f'the member {name!r} stands twice')
        return dict(pairs)

    def refuse(constant):
        raise ValueError(f'{constant} is not JSON')

    return json.loads(text, object_pairs_hook=members, parse_constant=refuse)


def step(where, name):
    return f'{where}/{str(name).replace("~", "~0").replace("/", "~1")}'


class Document:
    """An OpenAPI document. LookupError, yaml.YAMLError or OSError when it cannot be read at all."""

    def __init__(self, root):
        self.root = root
        self.faults = []
        self.used = set()
        self.routes = None
        self.validator = Validator({}, resolver=jsonschema.RefResolver('', root), format_checker=formats)

    @classmethod
    def read(cls, path=DOCUMENT):
        return cls(yaml.load(pathlib.Path(path).read_text(encoding='utf-8'), Loader))

    def resolve(self, ref):
        """What "#/a/b" points at. LookupError."""
        if not ref.startswith('#/'):
            raise LookupError(f'{ref} is not of this document')
        value = self.root
        for name in ref[2:].split('/'):
            name = urllib.parse.unquote(name).replace('~1', '/').replace('~0', '~')
            if not isinstance(value, dict) or name not in value:
                raise LookupError(f'{ref} points at nothing')
            value = value[name]
        return value

    def follow(self, value):
        while isinstance(value, dict) and '$ref' in value:
            value = self.resolve(value['$ref'])
        return value

    # --- (a) The document itself ---

    def check_document(self):
        """A list of faults, each with its place."""
        self.faults, self.used = [], set()
        root = self.root
        if self.members('document', root, '') and self.members('info', root['info'], '/info') and \
                self.members('license', root['info']['license'], '/info/license') and \
                self.members('components', root['components'], '/components'):
            if not re.fullmatch(r'3\.1\.\d+', str(root['openapi'])):
                self.fault('/openapi', 'is not 3.1')
            self.check_paths()
            self.check_components()
        return self.faults

    def fault(self, where, why):
        self.faults.append(f'{where or "/"}: {why}')

    def members(self, kind, value, where):
        """Is it an object with the members of its kind? Says what is amiss, and False if it cannot be looked at."""
        must, may = (set(names.split()) for names in MEMBERS[kind])
        if not isinstance(value, dict):
            self.fault(where, 'is not an object')
            return False
        for name in sorted(must - set(value)):
            self.fault(where, f'has no {name}')
        for name in sorted(set(value) - must - may):
            self.fault(step(where, name), f'is not known in a {kind}')
        return must <= set(value)

    def open_ref(self, value, where, folder):
        """Follows a reference to a component of the kind that belongs here; None if that fails."""
        if not isinstance(value, dict) or '$ref' not in value:
            return value
        ref = value['$ref']
        self.used.add(ref)
        if not ref.startswith(f'#/components/{folder}/'):
            self.fault(where, f'{ref} is not in /components/{folder}')
            return None
        try:
            return self.follow(value)
        except LookupError as error:
            self.fault(where, error.args[0])
            return None

    def check_paths(self):
        ids, shapes = {}, {}
        for path, item in self.root['paths'].items():
            where = step('/paths', path)
            shape = re.sub(r'\{[^}]*\}', '{}', path)
            if not path.startswith('/'):
                self.fault(where, 'does not begin with /')
            if shape in shapes:
                self.fault(where, f'cannot be told from {shapes[shape]}')
            shapes[shape] = path
            for method, operation in item.items():
                if method in METHODS:
                    self.check_operation(path, item, method, operation, ids)
                elif method != 'parameters':
                    self.fault(step(where, method), 'is not a method')

    def check_operation(self, path, item, method, operation, ids):
        where = step(step('/paths', path), method)
        if not self.members('operation', operation, where):
            return
        name = operation['operationId']
        if name in ids:
            self.fault(where, f'operationId {name} is also that of {ids[name]}')
        ids[name] = where
        for member in ('summary', 'description'):
            if not str(operation[member]).strip():
                self.fault(where, f'has no {member}')
        known = {tag.get('name') for tag in self.root.get('tags', [])}
        for tag in operation['tags']:
            if tag not in known:
                self.fault(where, f'the tag {tag} is not in /tags')
        self.check_security(operation['security'], where)
        self.check_parameters(path, item.get('parameters', []) + operation.get('parameters', []), where)
        if 'requestBody' in operation:
            body = self.open_ref(operation['requestBody'], where + '/requestBody', 'requestBodies')
            if body is not None and self.members('body', body, where + '/requestBody'):
                self.check_content(body['content'], where + '/requestBody/content', False)
        self.check_responses(operation, where)

    def check_security(self, security, where):
        where += '/security'
        schemes = self.root['components'].get('securitySchemes', {})
        for alternative in security:
            if not alternative:
                self.fault(where, 'an empty alternative opens the operation; say security: []')
            for name, scopes in alternative.items():
                if name not in schemes:
                    self.fault(where, f'{name} is not in /components/securitySchemes')
                    continue
                self.used.add(f'#/components/securitySchemes/{name}')
                known = [flow.get('scopes', {}) for flow in schemes[name].get('flows', {}).values()]
                if not scopes:
                    self.fault(where, 'names no scope')
                for scope in scopes:
                    if not any(scope in some for some in known):
                        self.fault(where, f'the scope {scope} is not in /components/securitySchemes/{name}')

    def check_parameters(self, path, parameters, where):
        where += '/parameters'
        in_path, seen = set(re.findall(r'\{([^}]*)\}', path)), set()
        for parameter in parameters:
            parameter = self.open_ref(parameter, where, 'parameters')
            if parameter is None or not self.members('parameter', parameter, where):
                continue
            name, place = parameter['name'], parameter['in']
            if (name, place) in seen:
                self.fault(where, f'{name} stands twice')
            seen.add((name, place))
            if place not in ('path', 'query', 'header'):
                self.fault(where, f'{name} is in {place}')
            if place == 'path' and parameter['required'] is not True:
                self.fault(where, f'{name} is of the path and not required')
            self.check_schema(parameter['schema'], step(where, name), False)
        for name in sorted(in_path ^ {name for name, place in seen if place == 'path'}):
            self.fault(where, f'{name} is not both in the path and among the parameters')

    def check_responses(self, operation, where):
        where += '/responses'
        classes = set()
        for status, response in operation['responses'].items():
            if not re.fullmatch(r'[2-5]\d\d', status):
                self.fault(where, f'{status} is not a status')
            classes.add(status[0])
            response = self.open_ref(response, step(where, status), 'responses')
            if response is None or not self.members('response', response, step(where, status)):
                continue
            for name, header in response.get('headers', {}).items():
                if self.members('header', header, step(step(where, status), name)):
                    self.check_schema(header['schema'], step(step(where, status), name), True)
            self.check_content(response['content'], step(where, status) + '/content', True)
        for wanted in '24':
            if wanted not in classes:
                self.fault(where, f'has no {wanted}xx')
        for status in ('401', '403'):
            if (status in operation['responses']) != bool(operation['security']):
                self.fault(where, f'{status} belongs to operations with security, and to them only')

    def check_content(self, content, where, answered):
        for media_type, media in content.items():
            if not re.fullmatch(r'[a-z]+/[a-z0-9.+-]+', media_type):
                self.fault(where, f'{media_type} is not a media type')
            if self.members('media', media, step(where, media_type)):
                self.check_schema(media['schema'], step(where, media_type), answered)

    def check_schema(self, schema, where, answered, fragment=False, seen=None):
        """
        What is answered is closed, or says that it is not; what is sent is open. 'fragment': it only adds to
        another schema, so it need not say what it is.
        """
        seen = set() if seen is None else seen
        if not isinstance(schema, dict):
            self.fault(where, 'is not a schema')
            return
        if '$ref' in schema:
            if self.open_ref(schema, where, 'schemas') is not None and schema['$ref'] not in seen:
                seen.add(schema['$ref'])
                self.check_schema(self.resolve(schema['$ref']), schema['$ref'][1:], answered, fragment, seen)
        for word in sorted(set(schema) - KEYWORDS):
            self.fault(step(where, word), 'is not a word of schemas')
        if not fragment and not SAYS_WHAT & set(schema):
            self.fault(where, 'does not say what it is')
        closed = schema.get('additionalProperties', schema.get('unevaluatedProperties'))
        if answered and schema.get('type') == 'object' and closed is None:
            self.fault(where, 'is answered and not closed')
        if not answered and closed is False:
            self.fault(where, 'is sent and closed, but unknown members are passed over')
        if schema.get('type') == 'array' and 'items' not in schema:
            self.fault(where, 'does not say what its items are')
        if not fragment and closed is False:
            for name in schema.get('required', []):
                if name not in schema.get('properties', {}):
                    self.fault(where, f'requires {name}, which it has not')
        for below, name, part in self.parts(schema):
            self.check_schema(below, step(where, name), answered, fragment or part, seen)

    @staticmethod
    def parts(schema):
        """The schemas within a schema: each with its name, and whether it is a fragment."""
        for name, below in schema.get('properties', {}).items():
            yield below, f'properties/{name}', False
        if 'items' in schema:
            yield schema['items'], 'items', False
        for word in ('if', 'then', 'else', 'not'):
            if word in schema:
                yield schema[word], word, True
        for word in ('oneOf', 'anyOf', 'allOf'):
            for i, below in enumerate(schema.get(word, [])):
                yield below, f'{word}/{i}', False

    def check_components(self):
        for folder, components in self.root['components'].items():
            for name, component in components.items():
                where = f'#/components/{folder}/{name}'
                if where not in self.used:
                    self.fault(where[1:], 'is used nowhere')
                if folder == 'schemas':
                    self.check_meta(component, where[1:])

    def check_meta(self, schema, where):
        try:
            Validator.check_schema(schema)
        except jsonschema.SchemaError as error:
            self.fault('/'.join([where] + [str(name) for name in error.absolute_path]), error.message)

    # --- (b) Exchanges ---

    def operations(self):
        """(path, method, operation) of each."""
        for path, item in self.root['paths'].items():
            for method in METHODS:
                if method in item:
                    yield path, method, item[method]

    def route(self, method, path):
        """
        The operation that a request is for, as (path, operation), or None. The path is decoded first; a parameter is
        any run without slashes, the empty one too; fewer parameters win.
        """
        if self.routes is None:
            self.routes = []
            for template, verb, operation in self.operations():
                parts = re.split(r'\{[^}]*\}', template)
                self.routes.append((len(parts), re.compile('([^/]*)'.join(map(re.escape, parts))), verb, template,
                                    operation))
            self.routes.sort(key=lambda route: route[0])
        path = urllib.parse.unquote(path.split('?')[0])
        for _, pattern, verb, template, operation in self.routes:
            if verb == method.lower() and method.isupper() and pattern.fullmatch(path):
                return template, operation
        return None

    def check_exchange(self, exchange, unrouted=False):
        """A list of what does not fit, in words; empty when all does."""
        faults = exchange_faults(exchange)
        if faults:
            return faults
        title = f'{exchange["method"]} {exchange["path"]} {exchange["status"]}'
        found = self.route(exchange['method'], exchange['path'])
        media_type, fault = split_content_type(exchange['content_type'])
        if fault:
            return [f'{title}: {fault}']
        if found is None:
            if unrouted and exchange['status'] == 404 and media_type == 'text/plain':
                return []
            return [f'{title}: no operation of the document is for this method and path']
        responses = found[1]['responses']
        if str(exchange['status']) not in responses:
            return [f'{title}: {found[1]["operationId"]} does not declare this status']
        content = self.follow(responses[str(exchange['status'])])['content']
        if media_type not in content:
            return [f'{title}: the content type is {media_type or "absent"}, not {" or ".join(content)}']
        return [f'{title}: {why}' for why in self.body_faults(media_type, content[media_type]['schema'],
                                                              exchange['body'])]

    def body_faults(self, media_type, schema, body):
        value = body
        if media_type == 'application/json':
            try:
                value = read_json(body)
            except ValueError as error:
                return [f'the body is not JSON: {error}']
        faults = []
        for error in self.validator.evolve(schema=schema).iter_errors(value):
            error = jsonschema.exceptions.best_match([error])
            place = '/'.join(str(name) for name in error.absolute_path)
            faults.append(f'body{" at " + place if place else ""}: {error.message[:300]}')
        return sorted(faults)[:FAULTS_MAX]


def exchange_faults(exchange):
    """Is it one at all?"""
    if not isinstance(exchange, dict):
        return ['an exchange is an object']
    wanted = {'method': str, 'path': str, 'status': int, 'content_type': (str, type(None)), 'body': str}
    faults = [f'an exchange has {name}' for name in wanted if name not in exchange]
    return faults or [f'{name} is {exchange[name]!r}' for name, kind in wanted.items()
                      if not isinstance(exchange[name], kind) or isinstance(exchange[name], bool)]


def split_content_type(text):
    """The media type, and what is wrong with its parameters. The one parameter that we know is charset=utf-8."""
    media_type, *parameters = (part.strip().lower() for part in (text or '').split(';'))
    for parameter in parameters:
        if parameter not in ('charset=utf-8', 'charset="utf-8"'):
            return media_type, f'the content type has {parameter!r}'
    return media_type, None


def check_record(document, name, lines, unrouted=False):
    """Faults of a record, each beginning with its name and line; and how many exchanges there were."""
    faults, count = [], 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        count += 1
        try:
            found = document.check_exchange(read_json(line), unrouted)
        except ValueError as error:
            found = [f'not JSON: {error}']
        faults += [f'{name}:{number}: {why}' for why in found]
    return faults, count


def main(arguments):
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument('--document', default=DOCUMENT, type=pathlib.Path)
    options.add_argument('--unrouted', action='store_true')
    options.add_argument('record', nargs='*')
    options = options.parse_args(arguments)
    try:
        document = Document.read(options.document)
        faults = [f'{options.document}: {fault}' for fault in document.check_document()]
        total = 0
        # A document that is not in order judges nothing.
        for name in options.record if not faults else []:
            if name == '-':
                found, count = check_record(document, name, sys.stdin, options.unrouted)
            else:
                with open(name, encoding='utf-8') as lines:
                    found, count = check_record(document, name, lines, options.unrouted)
            faults += found
            total += count
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        faults = [str(error)]
    for fault in faults:
        print(f'openapi_check: {fault}', file=sys.stderr)
    if not faults:
        print(f'openapi_check: the document is in order, {total} exchanges fit')
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
