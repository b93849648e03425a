import { Button } from "@ecom67/ui/button";
import { useRouteContext } from "@tanstack/react-router";
import { useState } from "react";
import { useConnection } from "../../shop/connection";
import { checkConnection } from "../../shop/refresh";
import { useShop } from "../../shop/shop";

/**
 * Says that the shop is not reached, and that what is on screen may be out of date. At the foot of the screen, so that
 * nothing moves; the region itself is always there, so that it is announced.
 */
export function ConnectionNotice() {
  const { t, tag } = useShop();
  const { api } = useRouteContext({ from: "__root__" });
  const { isCut, kept_at } = useConnection();
  const [isChecking, setIsChecking] = useState(false);
  const check = async () => {
    setIsChecking(true);
    await checkConnection(api);
    setIsChecking(false);
  };
  return (
    <div className="connection-notice" role="status">
      {isCut && (
        <div className="connection-notice-inner">
          <p>{kept_at === undefined ? t("connection-cut") : t("connection-kept", { time: writtenTime(kept_at, tag) })}</p>
          <Button className="connection-notice-check" aria-disabled={isChecking} onClick={() => !isChecking && void check()}>
            {t(isChecking ? "connection-checking" : "connection-check")}
          </Button>
        </div>
      )}
    </div>
  );
}

function writtenTime(time_ms: number, tag: string): string {
  return new Intl.DateTimeFormat(tag, { dateStyle: "medium", timeStyle: "short" }).format(time_ms);
}
