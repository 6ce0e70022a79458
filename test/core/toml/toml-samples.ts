import fc from 'fast-check';

/** Texts with what they mean; test/integration/nodeconfig reads all of them with Python's tomllib as well. */
export const validToml: readonly (readonly [string, unknown])[] = [
  ['', {}],
  ['# nothing', {}],
  ['\r\n\t # blank\r\n', {}],
  ['a = 1', { a: 1 }],
  ['a=1 # one\nb = 2', { a: 1, b: 2 }],
  ['a = "x"\n', { a: 'x' }],
  ["a = 'C:\\x'", { a: 'C:\\x' }],
  ['a = "\\t\\"\\\\\\u00e9\\U0001F600\\b\\f\\n\\r"', { a: '\t"\\é😀\b\f\n\r' }],
  ['a = """\nx\ny"""', { a: 'x\ny' }],
  ['a = """x \\\n   y"""', { a: 'x y' }],
  ['a = """""x"""""', { a: '""x""' }],
  ["a = '''x'y'''", { a: "x'y" }],
  ["a = '''\n'''''", { a: "''" }],
  ['a = true\nb = false', { a: true, b: false }],
  ['a = +1\nb = -0\nc = 1_000', { a: 1, b: 0, c: 1000 }],
  ['a = 0xFF\nb = 0o17\nc = 0b101', { a: 255, b: 15, c: 5 }],
  ['a = 9223372036854775807', { a: 9223372036854775807n }],
  ['a = 1.5\nb = -1e3\nc = 1_0.0_1E-2', { a: 1.5, b: -1000, c: 0.1001 }],
  ['a = inf\nb = -inf', { a: Infinity, b: -Infinity }],
  ['a = []', { a: [] }],
  ['a = [1, "x", [true]]', { a: [1, 'x', [true]] }],
  ['a = [\n 1, # one\n\n 2,\n]', { a: [1, 2] }],
  ['a = {}', { a: {} }],
  ['a = {b = 1, c.d = 2, c.e = 3}', { a: { b: 1, c: { d: 2, e: 3 } } }],
  ['a.b.c = 1\na.b.d = 2', { a: { b: { c: 1, d: 2 } } }],
  ['"a.b" = 1\n\'c d\' = 2\n"" = 3', { 'a.b': 1, 'c d': 2, '': 3 }],
  ['1.2 = 3', { 1: { 2: 3 } }],
  ['[a]\nb = 1\n[a.c]\nd = 2', { a: { b: 1, c: { d: 2 } } }],
  ['[a.b]\nc = 1\n[a]\nd = 2', { a: { b: { c: 1 }, d: 2 } }],
  ['[ a . "b.c" ]\nd = 1', { a: { 'b.c': { d: 1 } } }],
  ['[a]\nb.c = 1\n[a.b.d]\ne = 2', { a: { b: { c: 1, d: { e: 2 } } } }],
  ['[[a]]\nb = 1\n[[a]]\nb = 2\n[a.c]\nd = 3', { a: [{ b: 1 }, { b: 2, c: { d: 3 } }] }],
  ['[[a.b]]\n[[a.b]]', { a: { b: [{}, {}] } }],
  ['__proto__ = 1\nconstructor = 2', { constructor: 2, ['__proto__']: 1 }],
  [
    'version = 2\n[plugins."io.containerd.grpc.v1.cri".registry]\nconfig_path = "/etc/containerd/certs.d"',
    { version: 2, plugins: { 'io.containerd.grpc.v1.cri': { registry: { config_path: '/etc/containerd/certs.d' } } } },
  ],
];

export const invalidToml: readonly string[] = [
  'a',
  'a =',
  '= 1',
  'a = 1 b = 2',
  'a = x',
  'a = "x',
  'a = "x\ny"',
  "a = 'x",
  'a = """x',
  'a = "\\x"',
  'a = "\\ud800"',
  'a = "\\U00110000"',
  'a = "\u0001"',
  'a = 1 # \u0001',
  'a = 01',
  'a = 1__0',
  'a = _1',
  'a = 1_',
  'a = 0X1',
  'a = +0x1',
  'a = 1.',
  'a = .5',
  'a = 1.e3',
  'a = 9223372036854775808',
  'a = True',
  'a = yes',
  'a = 2026-02-30',
  'a = 2026-13-01',
  'a = 25:00:00',
  'a = [1',
  'a = [1 2]',
  'a = [,1]',
  'a = {b = 1,}',
  'a = {b = 1\n}',
  'a = {b = 1, b = 2}',
  'a = {b = 1}\na.c = 2',
  'a = {b.c = 1}\n[a.b]',
  'a = 1\na = 2',
  'a = 1\n"a" = 2',
  'a = 1\na.b = 2',
  'a.b = 1\n[a]',
  '[a]\n[a]',
  '[a.b]\n[a]\nb.c = 1',
  '[a]\n[[a]]',
  '[[a]]\n[a]',
  'a = [1]\n[[a]]',
  'a = []\n[[a]]',
  '[a',
  '[a]]',
  '[]',
  '[[a]',
  '[a.]',
  '[a]b = 1',
  'a..b = 1',
  'é = 1',
  '"""a""" = 1',
  '\u0000',
  'plugins."io.containerd.grpc.v1.cri".x: 1',
];

const lines = `a = 1
a.b = 2
b = "x"
c = 'x'
[a]
[b]
[a.b]
[[a]]
[[c]]
[a.b.c]
[[a.b]]
d = [1, 2]
e = {x = 1}
e.y = 2
[e]
f = 2026-01-01
f = 2026-02-29
f = 07:32:00
f = 2026-01-01T07:32:00Z
f = 2026-01-01 07:32:00.5-01:00
g = 1.5
g = 1e5
h = 0x1F
h = 01
i = true
j = """x
y"""
# x
k = [
1,
]
l = {
}
m
= 1
n = inf
"o" = 1
p."q" = 1
[[d]]
[d]
x.y.z = 1
[x.y]
[x]
b.c = 3
r = 1_0
r = 1__0
s = +1
t = "\u00e9"
t = "z"
u = {a.b = 1, a.c = 2}
u = {a = 1, a = 2}
v = ""
v = """"""
w = """a\
  b"""`.split('\n');

/** A few lines that are TOML about as often as not. */
export const almostToml = fc.array(fc.constantFrom(...lines), { maxLength: 6 }).map((parts) => parts.join('\n'));
