/**
 * Holds answers back until all that was asked beside them is answered, at most `longestMs`: the tracks they name are then negotiated
 * in one go. Each negotiation (an SDP offer and answer) costs a browser 30 to 60 ms, however much is in it.
 */
export function batch(longestMs = 100): <T>(question: Promise<T>) => Promise<T> {
  let open = 0;
  const waiting: (() => void)[] = [];
  const release = () => {
    for (const go of waiting.splice(0)) go();
  };
  return async (question) => {
    open++;
    try {
      return await question;
    } finally {
      // Whoever is last waits as the others do: all go on in the same turn.
      const turn = new Promise<void>((go) => waiting.push(go));
      if (--open === 0) release();
      else if (waiting.length === 1) setTimeout(release, longestMs);
      await turn;
    }
  };
}
