import { createHash } from 'node:crypto';
import { findCut, limitsAt, newSearch } from '@diwan/protocol/ibox-cut.ts';

/** A chunk of a content: it follows the one before. */
export interface Cut {
  length: number;
  hash: Uint8Array;
}

/** Cuts a content into chunks and hashes them, its bytes coming in stretches of buffers. */
export function cutter() {
  let start = 0;
  let search = newSearch(limitsAt(0));
  /**
   * @param bytes the buffer: it holds the bytes of the unfinished chunk right before `from`
   * @param last whether the content ends at `to`
   */
  return (bytes: Uint8Array, from: number, to: number, last: boolean): Cut[] => {
    const cuts: Cut[] = [];
    let begin = from - search.seen;
    const end = (at: number) => {
      cuts.push({ length: at - begin, hash: createHash('sha256').update(bytes.subarray(begin, at)).digest() });
      start += at - begin;
      begin = at;
      search = newSearch(limitsAt(start));
    };
    for (let at = from; at < to; ) {
      const cut = findCut(search, bytes, at, to);
      if (cut === -1) break;
      end(cut);
      at = cut;
    }
    if (last && to > begin) end(to);
    return cuts;
  };
}
