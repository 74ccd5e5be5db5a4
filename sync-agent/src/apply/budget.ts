/** So much may be under way at once; who comes later waits in line. One that is larger than all goes when nothing else does. */
export function budget(limit: number): { take(amount: number): Promise<void>; give(amount: number): void } {
  let used = 0;
  const line: { amount: number; go: () => void }[] = [];
  const fits = (amount: number) => used === 0 || used + amount <= limit;
  return {
    async take(amount) {
      if (line.length > 0 || !fits(amount)) {
        await new Promise<void>((go) => {
          line.push({ amount, go });
        });
      } else used += amount;
    },
    give(amount) {
      used -= amount;
      for (let first = line[0]; first && fits(first.amount); first = line[0]) {
        line.shift();
        used += first.amount;
        first.go();
      }
    },
  };
}
