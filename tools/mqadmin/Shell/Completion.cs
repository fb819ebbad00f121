using System.CommandLine;

namespace RocketMQ.MqAdmin.Shell;

internal sealed class Completion : Verb
{
    private readonly Argument<string> _shell = new("shell") { Description = "bash, zsh or fish." };

    public Completion()
        : base("completion", "Prints what has a shell complete verbs and options.", "bash > ~/.local/share/bash-completion/completions/mqadmin")
    {
        _shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        Command.Arguments.Add(_shell);
    }

    /// <summary>Each asks the program itself, through the suggest directive, with the line behind the program's name and the cursor in it.</summary>
    public override Task RunAsync(Call call, CancellationToken cancellationToken)
    {
        call.Report.Value("script", call.Get(_shell) switch
        {
            "bash" => """
                _mqadmin() {
                    local line="${COMP_LINE#* }" skipped found
                    skipped=$(( ${#COMP_LINE} - ${#line} ))
                    found=$(mqadmin "[suggest:$(( COMP_POINT - skipped ))]" "$line" 2>/dev/null)
                    COMPREPLY=( $(compgen -W "$found" -- "${COMP_WORDS[COMP_CWORD]}") )
                }
                complete -o default -F _mqadmin mqadmin
                """,
            "zsh" => """
                #compdef mqadmin
                _mqadmin() {
                    local line="${BUFFER#* }"
                    local -a found
                    found=("${(@f)$(mqadmin "[suggest:$(( CURSOR - ${#BUFFER} + ${#line} ))]" "$line" 2>/dev/null)}")
                    compadd -- $found
                }
                compdef _mqadmin mqadmin
                """,
            _ => """
                function __mqadmin_complete
                    set -l line (commandline -cp | string replace -r '^\S+\s?' '')
                    mqadmin "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
                end
                complete -c mqadmin -f -a '(__mqadmin_complete)'
                """,
        });
        return Task.CompletedTask;
    }
}
