namespace RocketMQ.MqAdmin.Output;

/// <summary>
/// What a verb answers, in the order it finds it. Every part has a name, under which it stands in JSON; a name is used once, but for items,
/// which follow each other.
/// </summary>
internal abstract class Report : IDisposable
{
    /// <summary>Opens the report that was asked for.</summary>
    public static Report Open(Surroundings surroundings, bool asJson) =>
        asJson ? new JsonReport(surroundings.Output) : new TextReport(surroundings.Output, surroundings.TerminalWidth);

    /// <summary>Rows of one kind: a list of objects in JSON.</summary>
    public abstract void Table<T>(string name, IEnumerable<T> rows, params Column<T>[] columns);

    /// <summary>One figure or text.</summary>
    /// <param name="label">Stands before it in text.</param>
    /// <param name="value">As in <see cref="Column{T}"/>; in JSON anything that serialises.</param>
    public abstract void Value(string name, string label, object? value);

    /// <summary>A text that says by itself what it is.</summary>
    public abstract void Value(string name, string text);

    /// <summary>Names and values: a line each, the names padded to one width; an object in JSON.</summary>
    public abstract void Settings(string name, IEnumerable<KeyValuePair<string, string>> values, int width, string separator);

    /// <summary>Says that items of this name may follow: the list is there even if none does.</summary>
    public abstract void List(string name);

    /// <summary>One of a list that grows while the verb works, written at once.</summary>
    /// <param name="text">One or more lines.</param>
    /// <param name="value">What stands in the JSON list: anything that serialises.</param>
    public abstract void Item(string name, string text, object value);

    /// <summary>A body of the protocol as it is, as JSON in either form.</summary>
    public abstract void Document<T>(string name, T body);

    /// <summary>A line for people, absent from JSON.</summary>
    public abstract void Note(string text);

    /// <summary>Why the verb did not succeed; the sentence goes to standard error too.</summary>
    public abstract void Fail(Failure failure);

    /// <summary>Ends one round of a verb that repeats itself: in JSON, each is a document.</summary>
    public abstract void EndRound();

    public abstract void Dispose();

    /// <summary>One thing that was done to a server.</summary>
    public void Done(string server, string sentence) => Item("done", sentence, new { server, sentence });
}
