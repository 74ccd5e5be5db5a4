import type { Node } from '@diwan/protocol/ibox.ts';
import { ActionIcon, Button, FileButton, Tooltip } from '@mantine/core';
import { IconFolderUp, IconUpload } from '@tabler/icons-react';
import type { InputHTMLAttributes } from 'react';
import { useTranslation } from 'react-i18next';
import { pickedByButton } from './picked.ts';
import { useUpload } from './use-upload.ts';

/** Makes an input choose a folder with all in it; every browser knows it, React's types don't. */
const wholeFolder = { webkitdirectory: '' } as InputHTMLAttributes<HTMLInputElement>;

/** Chooses files, or a whole folder, and sends them. */
export function UploadButtons({ folder }: { folder: Node }) {
  const { t } = useTranslation('ibox');
  const upload = useUpload(folder);
  const onChange = (files: File[]) => files.length > 0 && upload(pickedByButton(files));
  return (
    <>
      <FileButton multiple onChange={onChange} inputProps={wholeFolder}>
        {(button) => (
          <Tooltip label={t('uploads.folder')}>
            <ActionIcon {...button} variant="default" size={36} flex="none" aria-label={t('uploads.folder')}>
              <IconFolderUp size={19} stroke={1.7} />
            </ActionIcon>
          </Tooltip>
        )}
      </FileButton>
      <FileButton multiple onChange={onChange}>
        {(button) => (
          <Button {...button} leftSection={<IconUpload size={19} stroke={1.7} />}>
            {t('upload')}
          </Button>
        )}
      </FileButton>
    </>
  );
}
