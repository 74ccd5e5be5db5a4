import type { Node } from '@diwan/protocol/ibox.ts';
import { ActionIcon, Button, Text } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Marks, NodeAction } from './node-actions.ts';
import { useActionLabels, useOffers } from './node-menu.tsx';
import classes from './selection-bar.module.css';

/** How many are selected, and what can be done with them; within reach of the thumb on a phone. */
export function SelectionBar(props: {
  nodes: readonly Node[];
  marks: Marks;
  onAction: (action: NodeAction) => void;
  onClear: () => void;
}) {
  const { t } = useTranslation(['ibox', 'browse']);
  const { nodes, onAction } = props;
  const label = useActionLabels(nodes, props.marks);
  const offers = useOffers(nodes);
  return (
    <div className={classes.bar} role="toolbar" aria-label={t('browse:actions')}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={36}
        aria-label={t('clear')}
        title={t('clear')}
        onClick={props.onClear}
      >
        <IconX size={19} />
      </ActionIcon>
      <Text fw={500} role="status" className={classes.count ?? ''}>
        {t('selected', { count: nodes.length })}
      </Text>
      <div className={classes.actions}>
        {offers
          .filter(({ bar }) => bar)
          .map(({ action, icon: Icon, danger }) => (
            <Button
              key={action}
              size="compact-sm"
              variant="subtle"
              className={classes.action ?? ''}
              aria-label={label(action)}
              title={label(action)}
              {...(danger ? { color: 'red' } : {})}
              leftSection={<Icon size={18} stroke={1.7} />}
              onClick={() => onAction(action)}
            >
              <span className={classes.label}>{label(action)}</span>
            </Button>
          ))}
      </div>
    </div>
  );
}
