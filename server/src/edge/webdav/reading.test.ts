import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listHolds } from '../../ibox/rules/dav.ts';
import { parseIf, parseTags } from './if-header.ts';
import { hrefOf, namesOf, referenceOf } from './paths.ts';
import { parseXml } from './read-xml.ts';
import { elementXml } from './write-xml.ts';

const anywhere = (address: string) => address.split('/').filter(Boolean);

describe('R-46 an If header', () => {
  it('is read by its lists, each for the resource named before it', () => {
    expect(parseIf('(<urn:a> ["x"]) (Not <DAV:no-lock>)', anywhere)).toEqual([
      {
        conditions: [
          { isNegated: false, token: 'urn:a' },
          { isNegated: false, etag: '"x"' },
        ],
      },
      { conditions: [{ isNegated: true, token: 'DAV:no-lock' }] },
    ]);
    expect(parseIf('</dav/a>(<urn:a>)(Not [W/"y"]) </dav/b> (["z"])', anywhere)).toEqual([
      { resource: ['dav', 'a'], conditions: [{ isNegated: false, token: 'urn:a' }] },
      { resource: ['dav', 'a'], conditions: [{ isNegated: true, etag: 'W/"y"' }] },
      { resource: ['dav', 'b'], conditions: [{ isNegated: false, etag: '"z"' }] },
    ]);
  });

  it.each(['', '()', '(<urn:a>', '(Not)', '(Not Not <urn:a>)', '<urn:a>', '["x"]', '(<urn:a>) x', '((<a>))', '([x])'])(
    'that says something else is refused: %s',
    (header) => expect(() => parseIf(header, anywhere)).toThrow('bad_request'),
  );

  it('is read in time that grows with its length, whatever it holds', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('(', ')', '<', '>', '[', ']', '"', 'Not', ' ', 'a') }),
        (header) => {
          try {
            expect(parseIf(header, anywhere).length).toBeGreaterThan(0);
          } catch (error) {
            expect(error).toMatchObject({ code: 'bad_request' });
          }
        },
      ),
    );
  });

  it('holds when all conditions of a list do', () => {
    const state = { etag: '"x"', tokens: new Set(['urn:a']) };
    const holds = (header: string) => parseIf(header, anywhere).some((list) => listHolds(list, state));
    expect(holds('(<urn:a> ["x"])')).toBe(true);
    expect(holds('(<urn:a> ["y"])')).toBe(false);
    expect(holds('(<urn:b>) (Not <urn:b> Not ["y"])')).toBe(true);
    expect(holds('([W/"x"])')).toBe(false);
  });

  it('tags are strong ones, or any', () => {
    expect(parseTags(undefined)).toBeUndefined();
    expect(parseTags(' * ')).toBe('*');
    expect(parseTags('"a", W/"b" ,"c"')).toEqual(['"a"', '"c"']);
  });
});

describe('R-46 an address', () => {
  it('of any name comes back as the name', () => {
    const name = fc
      .string({ unit: 'grapheme', minLength: 1 })
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what names do not hold
      .filter((typed) => typed !== '.' && typed !== '..' && !/[/\\\u0000-\u001f\u007f]/.test(typed));
    fc.assert(
      fc.property(fc.array(name), fc.boolean(), (names, isFolder) => {
        expect(namesOf(hrefOf(names, isFolder))).toEqual(names);
      }),
    );
  });

  it('is ours by its host, in any case', () => {
    const hosts = new Set(['diwan.example.dz']);
    expect(referenceOf('HTTPS://Diwan.Example.dz/dav/a/', hosts)).toEqual({ names: ['a'], endsWithSlash: true });
    expect(referenceOf('https://diwan.example.dz.evil.test/dav/a', hosts)).toBeUndefined();
    expect(() => referenceOf('//evil.test/dav/a', hosts)).toThrow('forbidden');
    expect(() => referenceOf('https://diwan.example.dz/davos/a', hosts)).toThrow('forbidden');
  });
});

describe('R-46 XML', () => {
  it('that is kept stands by itself and says the same', () => {
    const read = parseXml(
      '<D:a xmlns:D="DAV:" xmlns:x="urn:x"><x:b x:c="1 &lt; &quot;2&quot;" d="&#10;"><![CDATA[<&>]]></x:b><e/></D:a>',
    );
    const inner = read.children[0];
    if (inner === undefined || typeof inner === 'string') throw new Error('an element is expected');
    expect(parseXml(elementXml(inner))).toEqual(inner);
    expect(parseXml(elementXml(read))).toEqual(read);
  });

  it.each(['<!DOCTYPE a><a/>', '<a>&b;</a>', '<a xmlns:b=""/>', '<b:a/>', '<a><b></a>', '<a/><a/>', 'a', ''])(
    'that is not well-formed, or could grow, is refused: %s',
    (text) => {
      expect(() => parseXml(text)).toThrow('bad_request');
    },
  );
});
