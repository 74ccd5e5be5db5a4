import { describe, expect, it } from 'vitest';
import { type Choices, MediaError, troubleOf } from './devices.ts';
import { createLocalMedia } from './local-media.ts';
import { fakeCapture } from './scripted-hub.ts';

function setUp(capture = fakeCapture, choices: Partial<Choices> = {}) {
  let kept: Choices = { microphoneOn: true, cameraOn: true, ...choices };
  const media = createLocalMedia(capture, {
    load: () => kept,
    save: (patch) => {
      kept = { ...kept, ...patch };
    },
  });
  return { media, kept: () => kept };
}

describe('R-31 devices', () => {
  it('open with one question when both are wanted', async () => {
    let questions = 0;
    const both: typeof fakeCapture.both = (choices) => {
      questions++;
      return fakeCapture.both(choices);
    };
    const never = async () => expect.unreachable();
    const { media } = setUp({ ...fakeCapture, both, microphone: never, camera: never });
    await media.start();
    expect(questions).toBe(1);
    expect(media.get()).toMatchObject({ microphone: { on: true, busy: false }, camera: { on: true, busy: false } });
  });

  it('a missing camera leaves the microphone working, and says what is wrong', async () => {
    const missing = async () => {
      throw new MediaError('missing');
    };
    const { media } = setUp({ ...fakeCapture, both: missing, camera: missing });
    await media.start();
    expect(media.get()).toMatchObject({
      microphone: { on: true, trouble: null },
      camera: { on: false, track: null, busy: false, trouble: 'missing' },
    });
  });

  it('what was off last time stays closed, and choices are kept', async () => {
    const { media, kept } = setUp(fakeCapture, { cameraOn: false });
    await media.start();
    expect(media.get().camera).toMatchObject({ on: false, track: null });
    await media.turn('microphone', false);
    await media.choose('camera', 'the-other');
    expect(kept()).toEqual({ microphoneOn: false, cameraOn: false, cameraId: 'the-other' });
  });

  it('a camera turned off while it opens is let go', async () => {
    const { media } = setUp(fakeCapture, { microphoneOn: false, cameraOn: false });
    const opening = media.turn('camera', true);
    await media.turn('camera', false);
    await opening;
    expect(media.get().camera).toMatchObject({ on: false, busy: false, track: null });
  });

  it('an unplugged microphone makes way for the default one', async () => {
    const { media } = setUp(fakeCapture, { cameraOn: false });
    await media.start();
    const before = media.get().microphone.track;
    before?.dispatchEvent({ type: 'ended' } as Event);
    await new Promise((done) => setTimeout(done));
    expect(media.get().microphone.track).not.toBe(before);
    expect(media.get().microphone).toMatchObject({ on: true, trouble: null });
  });

  it('errors of the browser become reasons', () => {
    const named = (name: string) => Object.assign(new Error(), { name });
    expect(troubleOf(named('NotAllowedError'))).toBe('denied');
    expect(troubleOf(named('NotFoundError'))).toBe('missing');
    expect(troubleOf(named('NotReadableError'))).toBe('busy');
    expect(troubleOf(named('OverconstrainedError'))).toBe('missing');
    expect(troubleOf(new Error('?'))).toBe('failed');
  });
});
