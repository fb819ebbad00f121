namespace RocketMQ.Remoting.Configuration;

/// <summary>What <c>-p</c> prints: every key with its value, where it comes from and its default.</summary>
public static class SettingsPrinter
{
    public static void Print(
        TextWriter output, IEnumerable<OptionsBinder.Setting> settings, IReadOnlyList<(string Key, string Instead)> ignored, JavaProperties properties)
    {
        foreach (var setting in settings.DistinctBy(s => s.Key).OrderBy(s => s.Key, StringComparer.Ordinal))
        {
            output.WriteLine($"{setting.Key}={setting.Value}  # {setting.Source}{(setting.Source == "default" ? "" : $", default {setting.Default}")}");
        }

        foreach (var (key, instead) in ignored)
        {
            output.WriteLine($"{key}={properties.Entries[key].Value}  # {properties.Source}:{properties.Entries[key].Line}, changes nothing: {instead}");
        }
    }
}
