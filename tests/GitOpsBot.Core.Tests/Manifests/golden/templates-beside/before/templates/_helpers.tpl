{{- define "checkout.fullname" -}}
{{- .Release.Name }}-checkout
{{- end }}
