import { useRouter } from "@tanstack/react-router";
import { NoConnection } from "../shop/no-connection";

export function OfflinePage() {
  const router = useRouter();
  return <NoConnection onRetry={() => void router.invalidate()} />;
}
