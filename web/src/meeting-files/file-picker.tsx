import type { Node, Space } from '@diwan/protocol/ibox.ts';
import { Button, FileButton, Group, Modal, Progress, ScrollArea, Stack, Text, TextInput } from '@mantine/core';
import { IconSearch, IconUpload } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FolderPath } from '../ibox/folder-path.tsx';
import { searchQuery } from '../ibox/history-queries.ts';
import { childrenQuery, nodeQuery, spacesQuery } from '../ibox/queries.ts';
import { usePhone } from '../ibox/use-page-rows.ts';
import { Failure, useSentences, Waiting } from '../ui/states.tsx';
import { toastProblem } from '../ui/toast.ts';
import type { ChosenFile } from '../vroom/together/meeting-files.ts';
import classes from './file-picker.module.css';
import { bringFromComputer, meetingsFolder } from './from-computer.ts';
import { Rows } from './picker-rows.tsx';

/** Chooses a file of Ibox for a message: in its folders, by its name, or brought from the computer first. */
export default function FilePicker({
  onChosen,
  onClose,
}: {
  onChosen: (file: ChosenFile) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation(['together', 'common']);
  const phone = usePhone();
  const spaces = useQuery(spacesQuery);
  const [question, setQuestion] = useState('');
  const own = spaces.data?.find(({ kind }) => kind === 'personal');
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      fullScreen={phone}
      title={t('files.choose')}
      closeButtonProps={{ 'aria-label': t('common:action.close') }}
    >
      {spaces.data === undefined || own === undefined ? (
        spaces.isError ? (
          <Failure error={spaces.error} onRetry={spaces.refetch} />
        ) : (
          <Waiting />
        )
      ) : (
        <Stack gap="sm">
          <Group gap="sm" wrap="nowrap" className={classes.tools ?? ''}>
            <TextInput
              className={classes.search ?? ''}
              type="search"
              leftSection={<IconSearch size={18} stroke={1.7} />}
              aria-label={t('files.search')}
              placeholder={t('files.search')}
              value={question}
              onChange={(event) => setQuestion(event.currentTarget.value)}
            />
            <FromComputer own={own} onDone={onChosen} />
          </Group>
          {question.trim() === '' ? (
            <Folder key={own.rootId} own={own} spaces={spaces.data} onChosen={onChosen} />
          ) : (
            <Found question={question.trim()} spaces={spaces.data} onChosen={onChosen} />
          )}
          <Text size="sm" c="dimmed">
            {t('files.hint')}
          </Text>
        </Stack>
      )}
    </Modal>
  );
}

const height = 'min(22rem, 48dvh)';

function Folder(props: { own: Space; spaces: readonly Space[]; onChosen: (file: Node) => void }) {
  const { t } = useTranslation(['together', 'common']);
  const { own, spaces, onChosen } = props;
  const [here, setHere] = useState(own.rootId);
  const folder = useQuery(nodeQuery(here));
  const children = useInfiniteQuery(childrenQuery(here));
  const nodes = children.data?.pages.flatMap((page) => page.nodes) ?? [];
  return (
    <>
      <div className={classes.path}>{folder.data && <FolderPath view={folder.data} onOpen={setHere} />}</div>
      <ScrollArea h={height} type="auto" className={classes.list ?? ''}>
        {children.isPending ? (
          <Waiting />
        ) : children.isError ? (
          <Failure error={children.error} onRetry={children.refetch} />
        ) : (
          <Rows nodes={nodes} spaces={spaces} onFolder={setHere} onFile={onChosen} none={t('files.empty')} />
        )}
        {children.hasNextPage && (
          <Button
            variant="subtle"
            fullWidth
            loading={children.isFetchingNextPage}
            onClick={() => children.fetchNextPage()}
          >
            {t('common:action.more')}
          </Button>
        )}
      </ScrollArea>
    </>
  );
}

function Found(props: { question: string; spaces: readonly Space[]; onChosen: (file: Node) => void }) {
  const { t } = useTranslation('together');
  const query = useQuery(searchQuery(props.question));
  const files = query.data?.found.filter(({ node }) => node.kind === 'file') ?? [];
  return (
    <ScrollArea h={height} type="auto" className={classes.list ?? ''}>
      {query.isPending ? (
        <Waiting />
      ) : query.isError ? (
        <Failure error={query.error} onRetry={query.refetch} />
      ) : (
        <Rows
          nodes={files.map(({ node }) => node)}
          spaces={props.spaces}
          onFile={props.onChosen}
          none={t('files.notFound')}
        />
      )}
    </ScrollArea>
  );
}

/** Brings a file into Ibox first; closing the dialog ends that. */
function FromComputer({ own, onDone }: { own: Space; onDone: (file: Node) => void }) {
  const { t } = useTranslation('together');
  const sentence = useSentences();
  const [part, setPart] = useState<number>();
  const going = useRef(new AbortController());
  useEffect(() => {
    const abort = new AbortController();
    going.current = abort;
    return () => abort.abort(new DOMException('closed', 'AbortError'));
  }, []);
  const bring = async (file: File | null) => {
    if (!file) return;
    const { signal } = going.current;
    setPart(0);
    try {
      const node = await bringFromComputer(own, file, setPart, signal);
      if (!signal.aborted) onDone(node);
    } catch (error) {
      if (!signal.aborted) toastProblem(sentence(error));
    } finally {
      setPart(undefined);
    }
  };
  if (part !== undefined)
    return (
      <div className={classes.progress}>
        <Progress value={part * 100} aria-label={t('files.bringing', { folder: meetingsFolder })} />
      </div>
    );
  return (
    <FileButton onChange={bring}>
      {(button) => (
        <Button
          {...button}
          variant="light"
          className={classes.bring ?? ''}
          leftSection={<IconUpload size={18} stroke={1.7} />}
        >
          {t('files.fromComputer')}
        </Button>
      )}
    </FileButton>
  );
}
