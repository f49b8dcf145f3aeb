# Completion of tamis for bash: eval "$(tamis completions bash)"

_tamis() {
    local line
    COMPREPLY=()
    local program=${1/#\~\//$HOME/}
    while IFS= read -r line; do
        case $line in
            :files) local files=1 ;;
            :folders) compopt -o dirnames ;;
            :nospace) compopt -o nospace ;;
            *) COMPREPLY+=("$line") ;;
        esac
    done < <("$program" complete-line bash "$COMP_WORDBREAKS" \
        "${COMP_LINE:0:COMP_POINT}" "${COMP_LINE:COMP_POINT}" 2>/dev/null)
    [[ ${files-} ]] || return 0
    if ((${#COMPREPLY[@]} == 0)); then
        # The shell's own names of files.
        compopt -o default
    elif [[ $2 != -* ]]; then
        compopt -o filenames
        while IFS= read -r line; do
            COMPREPLY+=("$line")
        done < <(compgen -f -- "$2")
    fi
}

complete -F _tamis tamis
