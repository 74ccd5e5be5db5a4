import { useSentences } from '../ui/states.tsx';
import { toastProblem } from '../ui/toast.ts';

/** Tries something that the hub may refuse, and says so if it does. Answers whether it was done. */
export function useAttempt(): (work: Promise<unknown>) => Promise<boolean> {
  const sentence = useSentences();
  return (work) =>
    work.then(
      () => true,
      (error: unknown) => {
        toastProblem(sentence(error));
        return false;
      },
    );
}
