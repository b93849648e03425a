export type PictureSource = { width: number; url: string };
export type PictureData = { alt: string; width: number; height: number; sources: PictureSource[] };

/** Pictures up to this width stand on a stage and are shown at most in their own pixels. */
const SMALL_PICTURE_WIDTH_MAX = 256;

type Props = {
  picture: PictureData;
  /** How wide the picture is shown, as in the `sizes` attribute. */
  sizes: string;
  /** `main` for what a page is about, which comes before its scripts; `first` for what is seen without scrolling. */
  loading: "main" | "first" | "later";
  /** `""` where the words beside it already say what it shows. */
  alt?: string;
};

export function Picture({ picture, sizes, loading, alt = picture.alt }: Props) {
  const isSmall = picture.width <= SMALL_PICTURE_WIDTH_MAX;
  return (
    <img
      className={isSmall ? "picture picture-small" : "picture"}
      src={picture.sources.at(-1)?.url}
      srcSet={picture.sources.map((source) => `${source.url} ${source.width}w`).join(", ")}
      sizes={sizes}
      width={picture.width}
      height={picture.height}
      alt={alt}
      loading={loading === "later" ? "lazy" : "eager"}
      fetchPriority={loading === "main" ? "high" : undefined}
      decoding={loading === "main" ? "sync" : "async"}
    />
  );
}
