import type { Node } from '@diwan/protocol/ibox.ts';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useSentences } from '../ui/states.tsx';
import { toast, toastProblem } from '../ui/toast.ts';
import { copyNodes, deleteNodes, moveBack, moveNodes, type Outcome, restoreNodes } from './changes.ts';
import { downloadNodes } from './download-nodes.ts';
import type { Asked } from './folder-dialogs.tsx';
import { type Marks, type NodeAction, takesAway } from './node-actions.ts';
import { lockNode, setFavourites, unlockNode } from './social.ts';
import { useUndo } from './use-undo.tsx';

/** What a page of files does with nodes: at once and with a way back, or after asking. */
export function useFolderWork(marks: Marks, onDetails: (tab: 'about' | 'versions') => void) {
  const { t } = useTranslation(['ibox', 'browse', 'social']);
  const navigate = useNavigate();
  const sentence = useSentences();
  const undo = useUndo();
  const [asked, setAsked] = useState<Asked>();
  const [viewed, setViewed] = useState<string>();

  /** What failed is said; what was done is said with its way back. */
  function tell(outcome: Outcome, words: string, back: (outcome: Outcome) => Promise<Outcome>): void {
    const { done, failed } = outcome;
    const first = failed[0];
    if (first)
      toastProblem(
        t('partly', { done: done.length, count: done.length + failed.length, reason: sentence(first.error) }),
      );
    if (done.length > 0) undo.say(words, () => back(outcome));
  }
  const wordsOf = ({ done }: Outcome) => ({ count: done.length, name: done[0]?.node.name });

  async function place(how: 'move' | 'copy', nodes: readonly Node[], folderId: string): Promise<void> {
    const outcome = how === 'move' ? await moveNodes(nodes, folderId) : await copyNodes(nodes, folderId);
    setAsked(undefined);
    if (how === 'move') tell(outcome, t('moved', wordsOf(outcome)), moveBack);
    else tell(outcome, t('copied', wordsOf(outcome)), ({ done }) => deleteNodes(done.flatMap(({ now }) => now ?? [])));
  }
  async function trash(nodes: readonly Node[]): Promise<void> {
    const outcome = await deleteNodes(nodes);
    tell(outcome, t('browse:trashed', wordsOf(outcome)), restoreNodes);
  }

  async function lock(node: Node, locked: boolean): Promise<void> {
    await (locked ? unlockNode(node.id) : lockNode(node.id));
    toast(t(locked ? 'social:lock.unlocked' : 'social:lock.locked'));
  }
  const refuse = (error: unknown) => toastProblem(sentence(error));

  /** @param node what the action began at, @param together all that it is done to */
  function act(action: NodeAction, node: Node, together: readonly Node[]) {
    switch (action) {
      case 'open':
        return node.kind === 'folder' ? void navigate(`/files/${node.mount?.rootId ?? node.id}`) : setViewed(node.id);
      case 'preview':
        return node.kind === 'folder' ? onDetails('about') : setViewed(node.id);
      case 'details':
        return onDetails('about');
      case 'versions':
        return onDetails('versions');
      case 'rename':
      case 'share':
      case 'leave':
        return setAsked({ what: action, node });
      case 'download':
        return void downloadNodes(together).catch(refuse);
      case 'delete':
        return void trash(together);
      case 'favourite':
        return void setFavourites(together, !takesAway(together, marks.favourites)).catch(refuse);
      case 'lock':
        return void lock(node, marks.locked.has(node.id)).catch(refuse);
      case 'move':
      case 'copy':
        return setAsked({ what: action, nodes: together });
    }
  }
  return {
    asked,
    ask: setAsked,
    viewed,
    closeViewer: () => setViewed(undefined),
    act,
    place,
    undoLast: undo.undoLast,
  };
}
