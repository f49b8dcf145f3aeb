# Completion of tamis for fish: tamis completions fish > ~/.config/fish/completions/tamis.fish

function __tamis_complete
    # What is after the cursor fish does not tell.
    set -l before (commandline -opc)
    set -l current (commandline -ct)
    set -l program (string replace -r '^~/' "$HOME/" -- $before[1])
    set -l index (math (count $before) - 1)
    for line in ($program complete-line fish $index $before[2..-1] "$current" 2>/dev/null)
        switch $line
            case :files
                __fish_complete_path (commandline -ct)
            case :folders
                __fish_complete_directories (commandline -ct)
            case :nospace
            case '*'
                echo -- $line
        end
    end
end

complete -c tamis -f -a '(__tamis_complete)'
