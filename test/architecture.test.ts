import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');
/** Tests, and what several of them share (`test-room.ts`). */
const forTests = /\.test\.tsx?$|\/test-[^/]*\.ts$/;
const sources = globSync('{protocol,server,web,sync-agent}/src/**/*.{ts,tsx}', { cwd: root }).filter(
  (f) => !forTests.test(f),
);

interface Import {
  from: string;
  /** A path inside the checkout, or a package's name. */
  to: string;
  typeOnly: boolean;
}

function importsOf(file: string): Import[] {
  const text = readFileSync(path.join(root, file), 'utf8');
  const found = text.matchAll(
    /^\s*(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'|\bimport\('([^']+)'\)/gm,
  );
  return [...found].map(([, type, stated, dynamic]) => {
    const target = (stated ?? dynamic) as string;
    const own = target.replace(/^@diwan\/protocol\//, 'protocol/src/');
    const to = target.startsWith('.') ? path.join(path.dirname(file), target) : own;
    return { from: file, to, typeOnly: Boolean(type) };
  });
}
const imports = sources.flatMap(importsOf);

/** The part of the house a file belongs to: its workspace, and the folder or file below src. */
function room(file: string): string {
  const [workspace, , inner] = file.split('/');
  return `${workspace}/${(inner ?? '').replace(/\.tsx?$/, '')}`;
}
const inHouse = (to: string) => /^(protocol|server|web|sync-agent)\/src\//.test(to);

const infrastructure = ['server/db', 'server/objects', 'server/bus', 'server/mail'];
const serverRooms = [
  'server/identity',
  'server/terms',
  'server/notices',
  'server/vroom',
  'server/ibox',
  'server/webhooks',
  'server/api-keys',
];
const agentRooms = [
  'sync-agent/disk',
  'sync-agent/observe',
  'sync-agent/state',
  'sync-agent/remote',
  'sync-agent/plan',
  'sync-agent/apply',
];

/** What each part may import beside itself and the protocol, and why no more. */
const arrows: Record<string, { may: string[]; because: string }> = {
  'server/config': { may: [], because: 'settings know nobody; everybody is given theirs by compose' },
  ...Object.fromEntries(
    infrastructure.map((r) => [r, { may: [], because: 'what everything stands on stands on nothing' }]),
  ),
  ...Object.fromEntries(
    serverRooms.map((r) => [
      r,
      { may: infrastructure, because: 'a room imports no other room, only the Actor; rooms meet in compose.ts' },
    ]),
  ),
  'server/edge': {
    may: [...infrastructure, ...serverRooms],
    because: 'the edge calls the rooms; composing and settings come from outside',
  },
  'server/compose': {
    may: [...infrastructure, ...serverRooms, 'server/edge', 'server/config'],
    because: 'compose builds, main starts',
  },
  'server/main': { may: ['server/compose', 'server/config'], because: 'main only starts what compose built' },
  'web/wire': { may: ['web/locales'], because: 'the wire serves the features and knows none of them' },
  'web/ui': { may: ['web/locales', 'web/wire'], because: 'components know no feature' },
  ...Object.fromEntries(
    ['account', 'ibox', 'notices', 'terms', 'vroom'].map((feature) => [
      `web/${feature}`,
      {
        may: ['web/wire', 'web/ui', 'web/locales'],
        because: 'a feature imports no other; they meet on pages (home, admin) and in routes',
      },
    ]),
  ),
  'sync-agent/plan': { may: [], because: 'the planner is pure: trees in, actions out' },
};

describe('the arrows of the house (docs/architecture.md)', () => {
  it('there are sources to look at', () => {
    expect(imports.length).toBeGreaterThan(100);
  });

  it('nothing that runs imports what is for tests', () => {
    expect(imports.filter((i) => forTests.test(i.to))).toEqual([]);
  });

  it('the protocol imports zod and itself, nothing else', () => {
    const wrong = imports.filter(
      (i) => i.from.startsWith('protocol/') && i.to !== 'zod' && !i.to.startsWith('protocol/src/'),
    );
    expect(wrong, 'contracts are read by every side, so they lean on none').toEqual([]);
  });

  it('server, web and sync agent meet only in the protocol', () => {
    const workspace = (file: string) => file.split('/', 1)[0];
    const wrong = imports.filter(
      (i) => inHouse(i.to) && workspace(i.to) !== 'protocol' && workspace(i.to) !== workspace(i.from),
    );
    expect(wrong, 'what two sides share is a contract').toEqual([]);
  });

  for (const [part, { may, because }] of Object.entries(arrows)) {
    it(`${part} imports only ${['itself', 'the protocol', ...may].join(', ')}`, () => {
      const wrong = imports.filter((i) => {
        if (room(i.from) !== part || !inHouse(i.to) || i.to.startsWith('protocol/')) return false;
        if (i.to === 'server/src/identity/actor.ts') return !i.typeOnly;
        return room(i.to) !== part && !may.includes(room(i.to));
      });
      expect(wrong, because).toEqual([]);
    });
  }

  it('the rooms of the sync agent do not import its command line', () => {
    const wrong = imports.filter(
      (i) => agentRooms.includes(room(i.from)) && /^sync-agent\/src\/(main|cli|commands)/.test(i.to),
    );
    expect(wrong, 'the command line stands on the rooms').toEqual([]);
  });

  it('the planner of the sync agent touches no disk, network or clock', () => {
    const files = sources.filter((f) => f.startsWith('sync-agent/src/plan/'));
    expect(files.length).toBeGreaterThan(0);
    const wrong = imports.filter(
      (i) => i.from.startsWith('sync-agent/src/plan/') && /^(node:|chokidar|socket)/.test(i.to) && i.to !== 'node:path',
    );
    expect(wrong, 'what decides about people’s files must be testable to the end').toEqual([]);
    const clocks = files.filter((f) =>
      /Date\.now|new Date\(\)|performance\.now|setTimeout|fetch\(/.test(readFileSync(path.join(root, f), 'utf8')),
    );
    expect(clocks, 'time is an argument').toEqual([]);
  });
});

/** Packages that only one place may know, so that it can be replaced there. */
const packages: Record<string, { only: RegExp; types?: RegExp }> = {
  express: { only: /^server\/src\/edge\// },
  multer: { only: /^server\/src\/edge\// },
  'socket.io': { only: /^server\/src\/edge\// },
  minio: { only: /^server\/src\/objects\/s3\.ts$/ },
  mediasoup: { only: /^server\/src\/vroom\/media\//, types: /^server\/src\/vroom\// },
  ioredis: { only: /^server\/src\/bus\// },
  pg: { only: /^server\/src\/db\// },
  'node:sqlite': { only: /^(server\/src\/db|sync-agent\/src\/state)\// },
  sharp: { only: /^server\/src\/ibox\/previews\/render-child\.ts$/ },
  chokidar: { only: /^sync-agent\/src\/observe\/watch-tree\.ts$/ },
  'ical-generator': { only: /^server\/src\/vroom\/meetings\/calendar-file\.ts$/ },
  otplib: { only: /^server\/src\/identity\/second-factor\/totp\.ts$/ },
  uqr: { only: /^web\/src\/account\/qr-code\.tsx$/ },
  nodemailer: { only: /^server\/src\/mail\// },
  '@sapphi-red/web-noise-suppressor': { only: /^web\/src\/vroom\/model\/noise\.ts$/ },
  yjs: { only: /^(server|web)\/src\/vroom\/document\// },
  'y-protocols': { only: /^web\/src\/vroom\/document\/shared-copy\.ts$/ },
  'y-codemirror.next': { only: /^web\/src\/vroom\/document\/editor\.ts$/ },
  '@excalidraw/excalidraw': { only: /^web\/src\/vroom\/board\// },
  'mediasoup-client': { only: /^web\/src\/vroom\// },
};

describe('packages stay where they belong', () => {
  for (const [name, { only, types }] of Object.entries(packages)) {
    it(`${name} is imported only in ${only.source}`, () => {
      const wrong = imports.filter(
        (i) =>
          (i.to === name || i.to.startsWith(`${name}/`)) && !only.test(i.from) && !(i.typeOnly && types?.test(i.from)),
      );
      expect(wrong).toEqual([]);
    });
  }
});

describe('what the house does without', () => {
  it('no barrel files, no catch-all folders', () => {
    const wrong = sources.filter((f) =>
      /\/index\.tsx?$|\/(utils?|helpers?|common|services|controllers|repositories)\//.test(f),
    );
    expect(wrong, 'a file is a noun or a verb, found by its name').toEqual([]);
  });

  it('a file holds one thing: at most 450 lines', () => {
    const long = sources.filter(
      (f) => !f.includes('/locales/') && readFileSync(path.join(root, f), 'utf8').split('\n').length > 450,
    );
    expect(long).toEqual([]);
  });
});

describe('docs/requirements.md', () => {
  const tests = globSync('{protocol,server,web,sync-agent,test}/**/*.{test.ts,test.tsx}', {
    cwd: root,
    exclude: (f) => f === 'node_modules',
  });
  const cites = (file: string) => [...new Set(readFileSync(path.join(root, file), 'utf8').match(/R-\d\d/g) ?? [])];
  const rows = [
    ...readFileSync(path.join(root, 'docs/requirements.md'), 'utf8').matchAll(/^\| (R-\d\d) \|.*\| (.*) \|$/gm),
  ];

  it('names, for each rule, every test file that cites it, and no other', () => {
    const listed = new Map(
      rows.map(([, rule, files]) => [
        rule,
        [...(files ?? '').matchAll(/`([^`]+\.test\.tsx?)`/g)].map((m) => m[1]).sort(),
      ]),
    );
    const cited = new Map<string, string[]>();
    for (const file of tests)
      for (const rule of cites(file)) cited.set(rule, [...(cited.get(rule) ?? []), file].sort());
    for (const rule of new Set([...listed.keys(), ...cited.keys()]))
      expect([rule, listed.get(rule as string)]).toEqual([rule, cited.get(rule as string) ?? []]);
  });
});
