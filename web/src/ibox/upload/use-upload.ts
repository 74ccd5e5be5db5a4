import type { Node } from '@diwan/protocol/ibox.ts';
import { useTranslation } from 'react-i18next';
import { useSentences } from '../../ui/states.tsx';
import { toastProblem } from '../../ui/toast.ts';
import { ProblemError } from '../../wire/problem.ts';
import type { Picked } from './picked.ts';
import { uploadInto } from './queue.ts';

/** Sends what was picked into a folder; what fails before there is a list of files is said in a toast. */
export function useUpload(folder: Node): (picked: Picked | Promise<Picked>) => void {
  const { t } = useTranslation('ibox');
  const sentence = useSentences();
  return (picked) => {
    uploadInto(folder, picked).catch((error: unknown) => {
      if (error instanceof DOMException && error.name === 'AbortError') return;
      toastProblem(error instanceof ProblemError ? sentence(error) : t('uploads.unreadable'));
    });
  };
}
