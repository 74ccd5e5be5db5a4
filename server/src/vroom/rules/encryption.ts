import { HubError } from '@diwan/protocol/errors.ts';
import type { Kind, RtpParameters } from '@diwan/protocol/vroom.ts';

/** Why this page may not take part in an encrypted meeting, if it may not: nobody could give it a key. */
export function refuseWithoutKey(
  settings: { encrypted: boolean },
  page: { publicKey?: string | undefined },
): HubError | undefined {
  return settings.encrypted && page.publicKey === undefined ? new HubError('encryption_needed') : undefined;
}

/** Why encryption may not be changed so, if it may not. @param present people in the meeting now */
export function refuseEncryptionChange(
  change: { encrypted?: boolean | undefined },
  now: { encrypted: boolean; present: number },
): HubError | undefined {
  return change.encrypted === false && now.encrypted && now.present > 0 ? new HubError('encryption_stays') : undefined;
}

const helpers = ['video/rtx', 'video/red', 'video/ulpfec'];

/** Why this stream may not be sent encrypted, if it may not: of VP8 alone it is known what must stay readable. */
export function refuseCodec(
  settings: { encrypted: boolean },
  stream: { kind: Kind; rtpParameters: Pick<RtpParameters, 'codecs'> },
): HubError | undefined {
  if (!settings.encrypted || stream.kind === 'audio') return undefined;
  const other = stream.rtpParameters.codecs
    .map(({ mimeType }) => mimeType.toLowerCase())
    .find((mimeType) => mimeType !== 'video/vp8' && !helpers.includes(mimeType));
  return other === undefined ? undefined : new HubError('media_refused', `${other} can't be encrypted`);
}
