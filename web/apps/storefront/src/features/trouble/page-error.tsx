import { ApiError } from "@ecom67/api-client";
import { Button } from "@ecom67/ui/button";
import { useQueryErrorResetBoundary } from "@tanstack/react-query";
import { useRouter, type ErrorComponentProps } from "@tanstack/react-router";
import { useConnection } from "../../shop/connection";
import { NoConnection } from "../../shop/no-connection";
import { useShop } from "../../shop/shop";
import { troubleTexts } from "../../shop/trouble";
import { TroublePicture } from "../../shop/trouble-picture";

export function PageError({ error }: ErrorComponentProps) {
  const { t } = useShop();
  const router = useRouter();
  const { reset } = useQueryErrorResetBoundary();
  const { isCut } = useConnection();
  const retry = () => {
    reset();
    void router.invalidate();
  };
  if (isCut && !(error instanceof ApiError)) return <NoConnection onRetry={retry} />;
  const texts = troubleTexts(error);
  const reference = error instanceof ApiError ? error.problem?.request_id : undefined;
  return (
    <div className="page-width trouble">
      <TroublePicture />
      <div className="empty-state" role="alert">
        <h1 className="text-heading">{t(texts.title)}</h1>
        <p className="text-lead">{t(texts.text)}</p>
        <Button kind="action" onClick={retry}>
          {t("error-retry")}
        </Button>
        {reference != null && <p className="text-small text-quiet">{t("error-reference", { reference })}</p>}
      </div>
    </div>
  );
}
