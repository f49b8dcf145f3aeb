#compdef tamis
# Completion of tamis for zsh: put this as _tamis into a folder of $fpath, or, after compinit:
# source <(tamis completions zsh)

_tamis() {
    local line files folders
    local -a typed candidates more
    typed=("${(@Q)words[2,-1]}")
    typed[CURRENT-1]=${(Q)PREFIX}
    for line in "${(@f)$("${~${(Q)words[1]}}" complete-line zsh $((CURRENT - 2)) "${(@)typed}" 2>/dev/null)}"; do
        case $line in
            '') ;;
            :files) files=1 ;;
            :folders) folders=1 ;;
            :nospace) more=(-S '') ;;
            *$'\t'*) candidates+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}") ;;
            *) candidates+=("${line//:/\\:}") ;;
        esac
    done
    local found=1
    (( $#candidates )) && _describe -V 'tamis' candidates $more && found=0
    [[ -n $folders ]] && { _files -/ && found=0 }
    [[ -n $files && $PREFIX != -?* ]] && { _files && found=0 }
    return found
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    _tamis "$@"
else
    compdef _tamis tamis
fi
