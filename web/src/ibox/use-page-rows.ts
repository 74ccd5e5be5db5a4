import { useMediaQuery } from '@mantine/hooks';
import { defaultRangeExtractor, useWindowVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useLayoutEffect, useState } from 'react';

/** What stands fixed over the page, above and below, in CSS pixels. */
const covered = { above: 130, below: 24, belowOnPhone: 140 };

export const usePhone = (): boolean =>
  useMediaQuery('(max-width: 48em)', undefined, { getInitialValueInEffect: false });

/**
 * Rows of equal height that scroll with the page; only those in sight, and the one that has the keyboard, are in the document.
 * @param height of a row in CSS pixels
 * @param kept the row that stays, -1 for none
 */
export function usePageRows(body: RefObject<HTMLElement | null>, count: number, height: number, kept: number) {
  const phone = usePhone();
  const [top, setTop] = useState(0);
  // What stands above may have grown or shrunk with anything that was drawn.
  useLayoutEffect(() => {
    const now = body.current ? Math.round(body.current.getBoundingClientRect().top + window.scrollY) : 0;
    if (now !== top) setTop(now);
  });
  const rows = useWindowVirtualizer({
    count,
    estimateSize: () => height,
    overscan: 8,
    scrollMargin: top,
    scrollPaddingStart: covered.above,
    scrollPaddingEnd: phone ? covered.belowOnPhone : covered.below,
    rangeExtractor: (range) => {
      const inSight = defaultRangeExtractor(range);
      if (kept < 0 || kept >= count || inSight.includes(kept)) return inSight;
      return [...inSight, kept].sort((a, b) => a - b);
    },
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another height is not seen by itself
  useLayoutEffect(() => rows.measure(), [rows, height]);
  return {
    rows: rows.getVirtualItems().map(({ index, start }) => ({ index, offset: start - top })),
    total: rows.getTotalSize(),
    inSight: Math.max(1, Math.floor((window.innerHeight - covered.above) / height)),
    scrollTo: (index: number) => rows.scrollToIndex(index, { align: 'auto' }),
  };
}
