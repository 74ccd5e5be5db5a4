import type { Node } from '@diwan/protocol/ibox.ts';
import { VisuallyHidden } from '@mantine/core';
import { IconLock, IconStarFilled } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Marks } from './node-actions.ts';
import classes from './node-marks.module.css';
import { SharedMark } from './sharing/shared-mark.tsx';

/** Small signs beside a name: a favourite, a lock. */
export function NodeMarks({ node, marks }: { node: Node; marks: Marks }) {
  const { t } = useTranslation('social');
  const signs = [
    {
      there: marks.favourites.has(node.id),
      Icon: IconStarFilled,
      words: t('favourites.mark'),
      className: classes.star,
    },
    { there: marks.locked.has(node.id), Icon: IconLock, words: t('lock.mark'), className: classes.lock },
  ];
  return (
    <>
      <SharedMark node={node} />
      {signs
        .filter(({ there }) => there)
        .map(({ Icon, words, className }) => (
          <span key={words} className={className} title={words}>
            <Icon size={15} stroke={1.9} aria-hidden />
            <VisuallyHidden>{words}</VisuallyHidden>
          </span>
        ))}
    </>
  );
}
