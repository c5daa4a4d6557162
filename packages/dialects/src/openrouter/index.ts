export { renderError } from './errors.ts';
export {
  renderErrorPiece,
  renderPiece,
  renderResponse,
  renderUsagePiece,
  renderWhole,
  type Cost,
  type ReplyFrame,
} from './reply.ts';
export { supportedParameters, supportsParameter } from './parameters.ts';
export { splitRequest, type OpenRouterRequest } from './request.ts';
export {
  ROUTE_SORTS,
  type MaxPrice,
  type RoutePreferences,
  type RouteSort,
  type VendorChoice,
} from './route-preferences.ts';
