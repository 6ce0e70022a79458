import type { Tool } from './types.ts';

/** Judges written in Python: in an environment of our own, made of tools/python/requirements.txt. */
export const pythonTools: readonly Tool[] = [
  {
    name: 'ksvalidator',
    kind: 'python',
    why: 'judges kickstarts (pykickstart)',
    wanted: '=3.78',
    sources: ['pypi'],
  },
  {
    name: 'python-judges',
    kind: 'python',
    why: 'reads YAML as cloud-init does (PyYAML), checks JSON schemas',
    wanted: '=6.0.3',
    sources: ['pypi'],
    binary: 'python',
  },
  {
    name: 'cloud-init',
    kind: 'python',
    why: 'judges user data and network configuration',
    // The first with `cloud-init schema` as a command of its own.
    wanted: '>=22.2',
    sources: ['path', 'deb'],
    probe: { args: ['--version'], pattern: /cloud-init (\d+(?:\.\d+)*)/ },
  },
];
