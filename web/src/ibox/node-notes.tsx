import type { Node, NodeLock } from '@diwan/protocol/ibox.ts';
import { Alert, Button, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconLock } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../ui/format.ts';
import { useSentences } from '../ui/states.tsx';
import { toast, toastProblem } from '../ui/toast.ts';
import { nodeQuery } from './queries.ts';
import { unlockNode } from './social.ts';

/** What one should know before changing a file or folder: who has locked it, and what is trouble about its name. */
export function NodeNotes({ node }: { node: Node }) {
  const { t } = useTranslation('social');
  const { data } = useQuery(nodeQuery(node.id));
  const lock = data?.lock ?? null;
  const warnings = node.warnings ?? [];
  if (lock === null && warnings.length === 0) return null;
  return (
    <Stack gap="xs" mb="sm">
      {lock && <LockNote node={node} lock={lock} />}
      {warnings.map((warning) => (
        <Alert key={warning} color="saffron" variant="light" p="xs" icon={<IconAlertTriangle size={18} />}>
          <Text size="sm">{t(`warning.${warning}`)}</Text>
        </Alert>
      ))}
    </Stack>
  );
}

function LockNote({ node, lock }: { node: Node; lock: NodeLock }) {
  const { t } = useTranslation('social');
  const format = useFormats();
  const sentence = useSentences();
  const unlock = useMutation({
    mutationFn: () => unlockNode(node.id),
    onSuccess: () => toast(t('lock.unlocked')),
    onError: (error) => toastProblem(sentence(error)),
  });
  const here = lock.nodeId === node.id;
  const whose = lock.kind === 'program' ? 'program' : lock.isOwn ? 'mine' : 'other';
  return (
    <Alert color="lagoon" variant="light" p="xs" icon={<IconLock size={18} />}>
      <Text size="sm">{t(`lock.${whose}`, { who: `\u2068${lock.by}\u2069`, until: format.dateTime(lock.until) })}</Text>
      {lock.note !== '' && (
        <Text size="sm" dir="auto">
          {lock.note}
        </Text>
      )}
      {here ? (
        <Button size="compact-sm" variant="default" mt={6} loading={unlock.isPending} onClick={() => unlock.mutate()}>
          {t('lock.unlock')}
        </Button>
      ) : (
        <Text size="sm">{t('lock.above')}</Text>
      )}
    </Alert>
  );
}
