/**
 * When to go with what has gathered: at once when no more is coming, else when it is enough or the first has waited long enough.
 * @param isMoreComing false as soon as nothing would join
 * @param go called when it may be due; it asks `isDue` again
 */
export function gathering({
  most,
  waitMs,
  isMoreComing,
  go,
}: {
  most: number;
  waitMs: number;
  isMoreComing: () => boolean;
  go: () => void;
}) {
  let timer: NodeJS.Timeout | undefined;
  let since: number | undefined;
  return {
    /** @param amount what has gathered */
    isDue(amount: number): boolean {
      if (amount === 0) return false;
      since ??= performance.now();
      const left = since + waitMs - performance.now();
      if (amount < most && left > 0 && isMoreComing()) {
        timer ??= setTimeout(() => {
          timer = undefined;
          go();
        }, left);
        return false;
      }
      clearTimeout(timer);
      timer = since = undefined;
      return true;
    },
  };
}
