import { useEffect, useRef, useState } from 'react';
import classes from './video.module.css';

/** A picture without sound; it fades in with its first frame. */
export function Video(props: { track: MediaStreamTrack; mirrored?: boolean; whole?: boolean }) {
  const { track, mirrored = false, whole = false } = props;
  const element = useRef<HTMLVideoElement>(null);
  const [shown, setShown] = useState<MediaStreamTrack>();
  useEffect(() => {
    if (element.current !== null) element.current.srcObject = new MediaStream([track]);
  }, [track]);
  return (
    <video
      ref={element}
      className={classes.video}
      data-mirrored={mirrored}
      data-whole={whole}
      data-shown={shown === track}
      autoPlay
      playsInline
      muted
      disablePictureInPicture
      aria-hidden
      onLoadedData={() => setShown(track)}
    />
  );
}
