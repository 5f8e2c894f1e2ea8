// The topology of the CDN.
return;
