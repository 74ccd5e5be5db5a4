import { useSentences } from '../ui/states.tsx';
import { toastProblem } from '../ui/toast.ts';
import { codeOf } from '../wire/problem.ts';
import { queryClient } from '../wire/queries.ts';
import { download, pageQuery } from './visit.ts';

/** Downloads through a link; why it can't is said. Who must give the password again is asked for it. */
export function useDownload(token: string): (node: { id: string; kind: 'file' | 'folder' }) => void {
  const sentence = useSentences();
  return (node) =>
    void download(token, node).catch((error) => {
      if (codeOf(error) === 'link_password') void queryClient.invalidateQueries(pageQuery(token));
      else toastProblem(sentence(error));
    });
}
