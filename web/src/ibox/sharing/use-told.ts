import { useSentences } from '../../ui/states.tsx';
import { toast, toastProblem } from '../../ui/toast.ts';

/** Does something and says that it is done, or why not. Answers whether it is. */
export function useTold(): (work: Promise<unknown>, words: string) => Promise<boolean> {
  const sentence = useSentences();
  return async (work, words) => {
    try {
      await work;
      toast(words);
      return true;
    } catch (error) {
      toastProblem(sentence(error));
      return false;
    }
  };
}
