import type { Node } from '@diwan/protocol/ibox.ts';
import { type Comment, longestComment } from '@diwan/protocol/ibox-social.ts';
import { ActionIcon, Button, Group, Text, Textarea } from '@mantine/core';
import { IconMessage, IconPencil, IconTrash } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Confirm } from '../ui/confirm.tsx';
import { useFormats } from '../ui/format.ts';
import { Failure, Nothing, useSentence, useSentences, Waiting } from '../ui/states.tsx';
import { toastProblem } from '../ui/toast.ts';
import classes from './details-social.module.css';
import { addComment, commentsQuery, deleteComment, editComment } from './social.ts';

/** What people say about a file or folder; the latest first, new ones by themselves. */
export function Comments({ node }: { node: Node }) {
  const { t } = useTranslation(['social', 'browse', 'common']);
  const query = useInfiniteQuery(commentsQuery(node.id));
  const comments = query.data?.pages.flatMap((page) => page.comments) ?? [];
  return (
    <>
      <CommentForm
        initial=""
        label={t('comments.write')}
        submit={t('comments.send')}
        onSubmit={(text) => addComment(node.id, text)}
      />
      {query.isPending ? (
        <Waiting />
      ) : query.isError && comments.length === 0 ? (
        <Failure error={query.error} onRetry={query.refetch} />
      ) : comments.length === 0 ? (
        <Nothing
          icon={<IconMessage size={36} stroke={1.3} />}
          title={t('comments.nothing')}
          hint={t('comments.hint')}
        />
      ) : (
        <ol className={classes.list} aria-label={t('browse:tabs.comments')}>
          {comments.map((comment) => (
            <Said key={comment.id} comment={comment} />
          ))}
        </ol>
      )}
      {query.hasNextPage && (
        <Button variant="default" fullWidth loading={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>
          {t('common:action.more')}
        </Button>
      )}
    </>
  );
}

function Said({ comment }: { comment: Comment }) {
  const { t } = useTranslation(['social', 'common']);
  const format = useFormats();
  const sentence = useSentences();
  const [doing, setDoing] = useState<'edit' | 'delete'>();
  const { id, by, text, createdAt, editedAt, isOwn, mayDelete } = comment;
  const done = () => setDoing(undefined);
  return (
    <li className={classes.entry}>
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <Text size="sm" fw={600} truncate>
          <bdi>{by}</bdi>
        </Text>
        <Group gap={2} wrap="nowrap">
          {isOwn && (
            <ActionIcon
              variant="subtle"
              color="gray"
              size={30}
              aria-label={t('comments.edit')}
              onClick={() => setDoing('edit')}
            >
              <IconPencil size={16} />
            </ActionIcon>
          )}
          {mayDelete && (
            <ActionIcon
              variant="subtle"
              color="gray"
              size={30}
              aria-label={t('comments.delete')}
              onClick={() => setDoing('delete')}
            >
              <IconTrash size={16} />
            </ActionIcon>
          )}
        </Group>
      </Group>
      {doing === 'edit' ? (
        <CommentForm
          initial={text}
          label={t('comments.edit')}
          submit={t('common:action.save')}
          onSubmit={(changed) => editComment(id, changed).then(done)}
          onCancel={done}
        />
      ) : (
        <Text size="sm" className={classes.said ?? ''} dir="auto">
          {text}
        </Text>
      )}
      <Text size="xs" c="dimmed">
        <time dateTime={new Date(createdAt).toISOString()}>{format.dateTime(createdAt)}</time>
        {editedAt !== null && <> · {t('comments.edited')}</>}
      </Text>
      {doing === 'delete' && (
        <Confirm
          title={t('comments.deleteTitle')}
          action={t('comments.deleteAction')}
          danger
          onConfirm={() => deleteComment(id).then(done, (error) => toastProblem(sentence(error)))}
          onClose={done}
        />
      )}
    </li>
  );
}

function CommentForm(props: {
  initial: string;
  label: string;
  submit: string;
  onSubmit: (text: string) => Promise<unknown>;
  onCancel?: () => void;
}) {
  const { t } = useTranslation();
  const [text, setText] = useState(props.initial);
  const write = useMutation({ mutationFn: () => props.onSubmit(text.trim()), onSuccess: () => setText(props.initial) });
  const problem = useSentence(write.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() !== '' && !write.isPending) write.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Textarea
        size="sm"
        autosize
        minRows={2}
        maxRows={8}
        dir="auto"
        maxLength={longestComment}
        aria-label={props.label}
        placeholder={props.label}
        value={text}
        error={write.isError ? problem : null}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit(event);
        }}
      />
      <Group justify="flex-end" gap="xs" mt="xs" mb="sm">
        {props.onCancel && (
          <Button size="xs" variant="default" onClick={props.onCancel}>
            {t('action.cancel')}
          </Button>
        )}
        <Button size="xs" type="submit" loading={write.isPending} disabled={text.trim() === ''}>
          {props.submit}
        </Button>
      </Group>
    </form>
  );
}
