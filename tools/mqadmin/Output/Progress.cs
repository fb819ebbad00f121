namespace RocketMQ.MqAdmin.Output;

/// <summary>How far long work is, on one line of the terminal that is overwritten and gone at the end.</summary>
/// <param name="terminal">Absent when nobody watches.</param>
internal sealed class Progress(TextWriter? terminal)
{
    private int _shown;

    public void Show(string what, long done, long total) => Show($"{what} {done}/{total}");

    public void Show(string text)
    {
        terminal?.Write($"\r{text.PadRight(_shown)}");
        _shown = text.Length;
    }

    public void Clear()
    {
        if (_shown > 0)
        {
            terminal?.Write($"\r{new string(' ', _shown)}\r");
            _shown = 0;
        }
    }
}
