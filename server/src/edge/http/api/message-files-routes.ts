import { ContentQuery } from '@diwan/protocol/ibox.ts';
import { FileMeeting } from '@diwan/protocol/ibox-meetings.ts';
import { PreviewQuery, TextPreview } from '@diwan/protocol/ibox-previews.ts';
import { z } from 'zod';
import type { ApiRoute } from './routes.ts';

const DownloadQuery = ContentQuery.pick({ download: true });

/** The files of a meeting's messages, for one kind of reader. */
const readerRoutes = (below: '/rooms' | '/guests', whose: string, open?: 'everyone'): readonly ApiRoute[] => {
  const path = `${below}/:id/messages/:number`;
  const errors = ['not_found', 'unauthenticated', 'cgu_required'] as const;
  const common = { method: 'get', errors, ...(open && { open }) } as const;
  return [
    {
      ...{ ...common, path: `${path}/content`, query: DownloadQuery, answer: 'application/octet-stream' },
      does: `The bytes of the file that a message of ${whose} carries, while the message stands; ranges are answered.`,
    },
    { ...common, path: `${path}/text`, does: 'The beginning of its text.', answer: TextPreview },
    { ...common, path: `${path}/preview`, does: 'Its picture.', query: PreviewQuery, answer: 'image/webp' },
  ];
};

/** Files of Ibox in the chat of meetings. */
export const messageFilesRoutes: readonly ApiRoute[] = [
  ...readerRoutes('/rooms', 'a meeting that one was at'),
  ...readerRoutes('/guests', 'the meeting that a guest is in', 'everyone'),
  {
    method: 'get',
    path: '/ibox/nodes/:id/meetings',
    does: 'The meetings to which a file was sent and where it opens still; for who manages it.',
    answer: z.array(FileMeeting),
    errors: ['not_found', 'forbidden'],
    example: {
      answer: [
        { roomId: 'kq3v-7xw', number: 12, title: 'Conseil du lundi', by: 'Amina', sentAt: 1795426200000 },
      ] satisfies FileMeeting[],
    },
  },
  {
    method: 'delete',
    path: '/ibox/nodes/:id/meetings/:roomId/:number',
    does: 'Takes a file back from a meeting: the message stays, and the file does not open by it any more.',
    errors: ['not_found', 'forbidden'],
  },
];
