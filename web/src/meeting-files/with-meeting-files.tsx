import { lazy, type ReactNode, Suspense } from 'react';
import { Outlet } from 'react-router';
import { type MeetingFiles, MeetingFilesContext } from '../vroom/together/meeting-files.ts';

// Loaded when the first file is seen or chosen.
const Picker = lazy(() => import('./file-picker.tsx'));
const Attachment = lazy(() => import('./attachment.tsx'));

const files: MeetingFiles = {
  Picker: (props) => (
    <Suspense fallback={null}>
      <Picker {...props} />
    </Suspense>
  ),
  Attachment: (props) => (
    <Suspense fallback={<bdi>{props.file.name}</bdi>}>
      <Attachment {...props} />
    </Suspense>
  ),
};

/** Pages of meetings, in whose chats files of Ibox are sent and opened. */
export const WithMeetingFiles = ({ children = <Outlet /> }: { children?: ReactNode }) => (
  <MeetingFilesContext value={files}>{children}</MeetingFilesContext>
);
